import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import fc from "fast-check";
import { memoryIdempotency } from "../conformance/idempotency-memory.ts";
import { type Arrived, arrive } from "./claim.ts";
import { type Arrival, endDraft, runningDraft } from "./idempotency-state.ts";
import type { Job } from "./job.ts";
import type { IdempotencyRecords, RecordDraft, StoredResponse } from "./record.ts";

const response = (text: string): StoredResponse => ({
  status: 201,
  headers: [["location", text]],
  body: new TextEncoder().encode(text),
  replayable: true,
});

/** The table of the specification, written a second time and in another way: as what is known about one key. */
interface Model {
  readonly fingerprint: string;
  readonly owner: string | null;
  readonly leaseEndsMs: number;
  readonly forgetMs: number;
  readonly answer: string | null;
  readonly failed: boolean;
  readonly steps: number;
}

const leaseMs = 100;
const ttlMs = 250;
const entry = { scope: "s", key: "k" };

type Retryable = Arrival["retryable"];
type Write = "renew" | "step" | "complete" | "fail" | "forget";
type Command = readonly [kind: "arrive" | "wait" | Write, choice: number];

/** What the model says of an arrival. */
function foretold(
  model: Model | null,
  fingerprint: string,
  nowMs: number,
  retryable: Retryable,
): Arrived["kind"] | "resumed" {
  if (model === null) return "claimed";
  const runs = model.owner !== null && nowMs < model.leaseEndsMs;
  if (!runs && nowMs >= model.forgetMs) return "claimed";
  if (fingerprint !== model.fingerprint) return "mismatch";
  if (runs) return "busy";
  return answers(model, retryable) ? "replay" : "resumed";
}

function answers({ answer, failed }: Model, retryable: Retryable): boolean {
  return answer !== null && (!failed || retryable === "replay");
}

/** The model after a write by the owner. */
function written(model: Model, token: string, next: RecordDraft | null, nowMs: number): Model | null {
  if (next === null) return null;
  const runs = next.state === "running";
  return {
    fingerprint: model.fingerprint,
    owner: runs ? token : null,
    leaseEndsMs: runs ? nowMs + leaseMs : 0,
    forgetMs: nowMs + ttlMs,
    answer: next.response === null ? null : token,
    failed: next.state === "failed",
    steps: Object.keys(next.steps).length,
  };
}

const drafts: Readonly<Record<Write, (held: RecordDraft) => RecordDraft | null>> = {
  renew: (held) => held,
  step: (held) => runningDraft(held, { ...held.steps, [`s${Object.keys(held.steps).length}`]: 1 }),
  complete: (held) => endDraft(held, "completed", response(held.token)),
  fail: (held) => endDraft(held, "failed", response(held.token)),
  forget: (held) => endDraft(held, "forgotten", null),
};

/** One key in the store and in the model, side by side. */
class Game {
  nowMs = 0;
  readonly records: IdempotencyRecords;
  readonly held: RecordDraft[] = [];
  readonly retryable: Retryable;
  readonly reached: Set<string>;
  model: Model | null = null;
  tokens = 0;

  constructor(retryable: Retryable, reached: Set<string>) {
    this.retryable = retryable;
    this.reached = reached;
    this.records = memoryIdempotency({ ...systemClock, wall: () => this.nowMs }).records;
  }

  async arrive(choice: number): Promise<void> {
    const fingerprint = choice % 3 === 0 ? "g" : "f";
    const token = `t${++this.tokens}`;
    const expected = foretold(this.model, fingerprint, this.nowMs, this.retryable);
    const arrival = { token, fingerprint, retryable: this.retryable };
    const arrived = await arrive(this.records, {
      entry,
      arrival,
      settings: { leaseMs, ttlMs },
    } as never as Job);
    this.reached.add(expected);
    assert.equal(arrived.kind, expected === "resumed" ? "claimed" : expected);
    if (arrived.kind === "replay") assert.equal(arrived.response.headers[0]?.[1], this.model?.answer);
    if (arrived.kind !== "claimed") return;
    const steps = expected === "resumed" ? (this.model?.steps ?? 0) : 0;
    assert.equal(Object.keys(arrived.draft.steps).length, steps);
    this.held.push(arrived.draft);
    const { nowMs } = this;
    this.model = {
      fingerprint,
      owner: token,
      leaseEndsMs: nowMs + leaseMs,
      forgetMs: nowMs + ttlMs,
      answer: null,
      failed: false,
      steps,
    };
  }

  async write(kind: Write, choice: number): Promise<void> {
    const at = choice % Math.max(1, this.held.length);
    const draft = this.held[at];
    if (draft === undefined) return;
    const { token } = draft;
    const next = drafts[kind](draft);
    const owns = this.model?.owner === token;
    const done = await this.records.replace(entry, { kind: "held", token }, next);
    assert.equal(done, owns, `${kind} by ${token}`);
    this.reached.add(`${kind} ${owns ? "by its owner" : "too late"}`);
    if (!owns || this.model === null) return;
    if (next?.state === "running") this.held[at] = next;
    this.model = written(this.model, token, next, this.nowMs);
  }
}

async function play(commands: readonly Command[], game: Game): Promise<void> {
  for (const [kind, choice] of commands) {
    if (kind === "wait") game.nowMs += 10 * (choice % 16);
    else if (kind === "arrive") await game.arrive(choice);
    else await game.write(kind, choice);
  }
}

describe("a key", () => {
  it("is given to one at a time, told to the right one, and answered by the winner alone, whatever happens", async () => {
    const reached = new Set<string>();
    const kind = fc.constantFrom(
      "arrive",
      "arrive",
      "arrive",
      "wait",
      "wait",
      "renew",
      "step",
      "complete",
      "fail",
      "forget",
    );
    const command = fc.tuple(kind, fc.nat(1_000)) as fc.Arbitrary<Command>;
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { maxLength: 60, size: "max" }),
        fc.constantFrom("rerun" as const, "replay" as const),
        (commands, retryable) => play(commands, new Game(retryable, reached)),
      ),
      { numRuns: 400 },
    );
    assert.deepEqual(
      [...reached].sort(),
      [
        "busy",
        "claimed",
        ...["complete", "fail", "forget", "renew", "step"].flatMap((name) => [
          `${name} by its owner`,
          `${name} too late`,
        ]),
        "mismatch",
        "replay",
        "resumed",
      ].sort(),
    );
  });
});
