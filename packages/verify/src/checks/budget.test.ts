import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { failed, loadExperiment, refused, well } from "../testing/loads.ts";
import { budget } from "./budget.ts";

const retry = { attempts: 4 };
const declared = targetWith({ policy: { retry, budget: { ratio: 0.2, minPerSecond: 1 } } });
const undeclared = targetWith({ policy: { retry } });

/** A failing call with so many requests, 20 ms apart. */
const tried = (attempts: number): CallFacts => ({
  attempts: Array.from({ length: attempts }, (_, index) => ({ at: 2 + 20 * index })),
});

function judged(failing: readonly CallFacts[], target = declared) {
  const load = loadExperiment("load-503", { stages: { healthy: well, failing } });
  return verdictOf(budget, evidenceWith({ "load-503": load }), target);
}

describe("budget", () => {
  it("passes when retries become few, declared or not", () => {
    const held = [...times(50, tried(4)), ...times(100, (index) => tried(index % 5 === 0 ? 2 : 1))];

    for (const target of [declared, undeclared]) {
      const found = judged(held, target);
      assert.equal(found.verdict, "pass");
      assert.match(found.because, /150 calls made 2\.\d\d requests each, 1\.2\d in the last third/);
    }
  });

  it("fails when a declared budget holds nothing down, and advises where none is declared", () => {
    const found = judged(times(150, tried(4)));

    assert.equal(found.verdict, "fail");
    assert.match(found.because, /more than 1\.34: nothing holds them down/);
    assert.equal(judged(times(150, tried(4)), undeclared).verdict, "advice");
  });

  it("advises when they are held down too little", () => {
    const some = [...times(80, tried(4)), ...times(70, tried(2))];

    assert.equal(judged(some).verdict, "advice");
    assert.match(judged(some).because, /held down too little/);
  });

  it("allows what the declared ratio allows", () => {
    const generous = targetWith({ policy: { retry, budget: { ratio: 1 } } });

    assert.equal(judged(times(150, tried(2)), generous).verdict, "pass");
  });

  it("passes when a breaker cuts everything off", () => {
    const found = judged([...times(24, tried(4)), ...times(20, refused)]);

    assert.equal(found.verdict, "pass");
    assert.match(found.because, /a breaker cut them off/);
  });

  it("does not apply where nothing is sent again", () => {
    const single = targetWith({ policy: { retry: { attempts: 1 } } });

    assert.equal(judged(times(150, failed), undeclared).verdict, "not-applicable");
    assert.equal(judged(times(150, failed), single).verdict, "not-applicable");
    assert.equal(judged(times(150, failed)).verdict, "pass");
  });

  it("is inconclusive after few calls, with slow ones, and without a load", () => {
    assert.equal(judged(times(60, tried(4))).verdict, "inconclusive");
    assert.equal(judged(times(150, { ...tried(4), endedAt: 6_000 })).verdict, "inconclusive");
    assert.equal(verdictOf(budget, evidenceWith({}), declared).verdict, "inconclusive");
  });
});
