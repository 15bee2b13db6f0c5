import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { type CallFacts, evidenceWith, targetWith, verdictOf } from "../testing/evidence.ts";
import { schedules, simulate } from "../testing/schedules.ts";
import { backsOff } from "./backs-off.ts";

const declared = targetWith({ policy: { retry: { attempts: 4, backoff: { baseMs: 100 } } } });

/** Calls whose attempts are these waits apart. */
function callsWith(rows: readonly (readonly number[])[], more: CallFacts = {}): CallFacts[] {
  return rows.map((row) => {
    const attempts = [{ at: 0 }];
    for (const wait of row) attempts.push({ at: (attempts.at(-1)?.at ?? 0) + wait });
    return { attempts, ...more };
  });
}

function judged(rows: readonly (readonly number[])[], target = declared, more: CallFacts = {}) {
  return verdictOf(backsOff, evidenceWith({ "503-forever": callsWith(rows, more) }), target);
}

const random = () => seededRandom(21);

describe("backs-off", () => {
  it("passes when waits grow, with jitter or without", () => {
    for (const name of ["exponential", "linear", "equal", "full", "capped"] as const) {
      assert.equal(judged(simulate(schedules[name], 20, 3, random())).verdict, "pass", name);
    }
  });

  it("finds constant and shrinking waits", () => {
    for (const name of ["steady", "shrinking"] as const) {
      const rows = simulate(schedules[name], 12, 3, random());
      assert.equal(judged(rows).verdict, "fail", name);
      assert.equal(judged(rows, targetWith()).verdict, "advice", name);
    }
  });

  it("finds that there is no wait at all", () => {
    const rows = simulate(() => 1, 12, 3, random());
    assert.match(judged(rows).because, /without any delay/);
    assert.equal(judged(rows).verdict, "fail");
    assert.equal(judged(rows, targetWith()).verdict, "advice");
  });

  it("tells nothing from waits that are no longer than the machine's noise, where they could be none", () => {
    const noise = { type: "noise", samples: 400, sigmaMs: 20, p50Ms: 15, p99Ms: 300, maxMs: 700 } as const;
    const within = (waitMs: number) => {
      const calls = callsWith(simulate(() => waitMs, 12, 3, random()));
      return verdictOf(backsOff, evidenceWith({ "503-forever": calls }, { noise }), declared);
    };

    assert.equal(within(70).verdict, "inconclusive");
    assert.match(within(70).because, /noise/);
    assert.match(within(20).because, /without any delay/);
    assert.equal(within(20).verdict, "fail");
  });

  it("lets the first retry be immediate when later ones wait and grow", () => {
    const rows = simulate((index) => (index === 0 ? 0 : 200 * 2 ** index), 12, 3, random());
    assert.equal(judged(rows).verdict, "pass");
  });

  it("does not fail a constant wait where a constant is declared", () => {
    const rows = simulate(schedules.steady, 12, 3, random());
    const constant = (backoff: object) => targetWith({ policy: { retry: { attempts: 4, backoff } } });
    assert.equal(judged(rows, constant({ baseMs: 400, factor: 1 })).verdict, "advice");
    assert.equal(judged(rows, constant({ baseMs: 400, capMs: 400 })).verdict, "advice");
  });

  it("says of one wait that growth does not apply", () => {
    const rows = simulate(schedules.steady, 12, 1, random());
    const found = judged(rows);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /growth does not apply/);
    assert.equal(judged(rows, declared, { endedAt: null }).verdict, "inconclusive");
  });

  it("does not pass one wait when any call was still under way", () => {
    const calls = callsWith(simulate(schedules.steady, 12, 1, random())).map((call, index) =>
      index === 0 ? { ...call, endedAt: null } : call,
    );
    assert.equal(
      verdictOf(backsOff, evidenceWith({ "503-forever": calls }), declared).verdict,
      "inconclusive",
    );
  });

  it("asks for more calls while it is not decided", () => {
    const found = judged([
      [100, 130],
      [90, 150],
      [300, 90],
      [40, 200],
    ]);
    assert.equal(found.verdict, "inconclusive");
    assert.equal(found.more?.experiment, "503-forever");
  });

  it("does not apply to a consumer that never retries, or that declares a single attempt", () => {
    assert.equal(judged(Array.from({ length: 12 }, () => [])).verdict, "not-applicable");
    const single = targetWith({ policy: { retry: { attempts: 1 } } });
    assert.equal(judged([], single).verdict, "not-applicable");
  });

  it("is inconclusive about two retried calls among many", () => {
    const rows = [[100, 200], [100, 200], ...Array.from({ length: 10 }, () => [])];
    assert.equal(judged(rows).verdict, "inconclusive");
  });
});
