import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type AttemptFacts,
  type CallFacts,
  evidenceWith,
  targetWith,
  times,
  verdictOf,
} from "../testing/evidence.ts";
import { bounded } from "./bounded.ts";

const declared = targetWith({ policy: { retry: { attempts: 3 } } });
const tries = (count: number, everyMs = 100): readonly AttemptFacts[] =>
  Array.from({ length: count }, (_, index) => ({ at: index * everyMs }));

function judged(
  call: CallFacts,
  target = declared,
  more: Readonly<Record<string, readonly CallFacts[]>> = {},
) {
  return verdictOf(bounded, evidenceWith({ "503-forever": times(12, call), ...more }), target);
}

describe("bounded", () => {
  it("passes at the declared number, and at five where nothing is declared", () => {
    assert.equal(judged({ attempts: tries(3) }).verdict, "pass");
    assert.equal(judged({ attempts: tries(5) }, targetWith()).verdict, "pass");
    assert.equal(judged({ attempts: tries(1) }, targetWith()).verdict, "pass");
  });

  it("fails one above what is declared, advises above five where nothing is", () => {
    const found = judged({ attempts: tries(4) });
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /4 attempts, more than the declared 3/);
    assert.equal(judged({ attempts: tries(6) }, targetWith()).verdict, "advice");
  });

  it("fails on a machine that hardly runs as well: no delay makes an attempt too many", () => {
    const calls = { "503-forever": times(12, { attempts: tries(4) }) };
    assert.equal(verdictOf(bounded, evidenceWith(calls, { stoodStill: 0.9 }), declared).verdict, "fail");
  });

  it("counts attempts behind the caller's back", () => {
    assert.equal(judged({ attempts: tries(4), endedAt: 250 }).verdict, "fail");
  });

  it("fails when another fault leads to more attempts than declared", () => {
    const more = { "hang-forever": times(3, { attempts: tries(4) }) };
    assert.equal(judged({ attempts: tries(3) }, declared, more).verdict, "fail");
    assert.equal(judged({ attempts: tries(3) }, targetWith(), more).verdict, "pass");
  });

  it("calls a steady rate at the horizon endless, declared or not", () => {
    const found = judged({ attempts: tries(39, 500), endedAt: null }, targetWith());
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /without end: 39 attempts/);
    assert.equal(found.severity, "high");
  });

  it("calls 90 attempts endless even when the call ends", () => {
    assert.match(judged({ attempts: tries(90, 10) }, targetWith()).because, /without end/);
  });

  it("is inconclusive while attempts thin out", () => {
    const attempts = [0, 500, 1_500, 3_000, 5_000, 7_500, 10_500, 14_000, 18_000].map((at) => ({ at }));
    const found = judged({ attempts, endedAt: null }, targetWith());
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /not seen to end within 20 s/);
  });

  it("does not call a long series that has stopped endless", () => {
    const stopped: CallFacts = { attempts: tries(25, 100), endedAt: 2_500, watchedUntil: 6_000 };
    assert.equal(judged(stopped, targetWith()).verdict, "advice");
  });

  it("fails at the horizon when the declared number is passed already", () => {
    const attempts = [0, 1_000, 3_000, 9_000].map((at) => ({ at }));
    assert.equal(judged({ attempts, endedAt: null }).verdict, "fail");
  });

  it("needs its samples", () => {
    const two = evidenceWith({ "503-forever": times(2, { attempts: tries(3) }) });
    const found = verdictOf(bounded, two, declared);
    assert.equal(found.verdict, "inconclusive");
    assert.equal(found.more?.experiment, "503-forever");
  });
});
