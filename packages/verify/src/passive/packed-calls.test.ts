import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { LogSeen } from "@holdfast/operate";
import type { Target } from "../model.ts";
import { targetWith } from "../testing/evidence.ts";
import { callsOfDraft } from "./calls-of-draft.ts";
import { type Draft, newDraft } from "./draft.ts";
import type { NaturalCall } from "./model.ts";
import { PackedCalls } from "./packed-calls.ts";
import { TargetStore } from "./target-store.ts";
import { requestSeen } from "./testing/traffic.ts";

/** A call that was given up on, asked to wait, and went well then. */
function draftOf(target: Target, atMs: number): Draft {
  const draft = newDraft();
  const headers = { traceparent: `00-${atMs.toString(16).padStart(32, "0")}-0000000000000001-01` };
  const asked = { ...headers, "answer:retry-after": "1" };
  const at = (fromMs: number) => ({ startMs: atMs + fromMs, endMs: atMs + fromMs + 10, method: "POST" });
  const attempts = [
    requestSeen({ ...at(1), status: null, ending: "given-up", headers, text: "a line — with \ud800" }),
    requestSeen({ ...at(20), status: 503, headers: asked, request: "r1", firstByteMs: 2.5 }),
    requestSeen({ ...at(1_100), status: 201, headers: { ...headers, "idempotency-key": null } }),
  ];
  for (const request of attempts) draft.requests.push({ request, target, byRequest: true });
  draft.callers.push(
    requestSeen({ startMs: atMs, endMs: atMs + 1_200, side: "in", status: 201, trace: "9a" }),
  );
  draft.logLines = 2;
  return draft;
}

function loggedDraft(target: Target): Draft {
  const draft = newDraft();
  const attempt = { number: 1, peer: null, operation: null, status: null, succeeded: false } as const;
  const about = { call: "c", secret: null, outcome: "failed", atMs: 5 } as const;
  const seen: LogSeen = {
    ...{ kind: "log", file: 1, line: 2, text: "reset", ...about },
    attempt: { ...attempt, ending: "reset" },
  };
  draft.logged.push({ seen, target });
  draft.callers.push(requestSeen({ startMs: null, endMs: 9, status: null, ending: "closed" }));
  return draft;
}

function callsIn(draft: Draft, target: Target, id: string): readonly NaturalCall[] {
  const found = callsOfDraft(draft, target, id);
  assert.ok("calls" in found);
  return found.calls;
}

/** Bytes of the heap that are in use once garbage is collected. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

describe("packed calls", () => {
  it("come back as they were, those that are let go of apart", () => {
    const target = targetWith();
    const calls = [
      ...callsIn(draftOf(target, 1_000), target, "c1"),
      ...callsIn(loggedDraft(target), target, "c2"),
      ...callsIn(draftOf(target, 1_795_839_600_000), target, "c3"),
    ];
    const packed = new PackedCalls(target);
    for (const call of calls) packed.add(call);

    assert.equal(calls.length, 3);
    assert.deepEqual(packed.unpacked(), calls);
    packed.filter((at) => at !== 1);
    assert.deepEqual(packed.unpacked(), [calls[0], calls[2]]);
  });

  it("take little of the heap, however long the log is", () => {
    const target = targetWith();
    const store = new TargetStore(target);
    const addAll = (from: number, to: number): void => {
      for (let at = from; at < to; at++) store.add(draftOf(target, at * 5_000), `c${at}`, true);
    };
    addAll(0, 100);
    const before = heapBytes();

    addAll(100, 6_100);

    const perCall = (heapBytes() - before) / 6_000;
    assert.equal(store.seen, 6_100);
    assert.ok(perCall < 400, `${perCall} bytes`);
  });
});
