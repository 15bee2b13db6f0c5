import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { breakerFacts } from "../breaker-facts.ts";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { failed, loadExperiment, refused, served, well } from "../testing/loads.ts";
import { doesNotFlap } from "./does-not-flap.ts";

const breaker = { windowMs: 10_000, minCalls: 20, failureRate: 0.5 };
const declared = targetWith({ policy: { breaker } });
const oneInFour = (count: number) => times(count, (index) => (index % 4 === 0 ? failed : served));

function judged(failing: readonly CallFacts[], target = declared) {
  const load = loadExperiment("load-half", { stages: { healthy: well, failing } });
  return verdictOf(doesNotFlap, evidenceWith({ "load-half": load }), target);
}

describe("does-not-flap", () => {
  it("passes when the breaker stays closed at half its rate", () => {
    const found = judged(oneInFour(60));

    assert.equal(found.verdict, "pass");
    assert.match(found.because, /25 % of 60 requests failed, evenly, .* open at 50 %; it stayed closed/);
  });

  it("fails when it opens", () => {
    const found = judged([...oneInFour(30), ...times(20, refused)]);

    assert.equal(found.verdict, "fail");
    assert.match(
      found.because,
      /after 30 failing calls in 1\.2 s it opened although only 27 % of 30 requests failed/,
    );
  });

  it("is inconclusive when more failed than was meant, or too little was tried", () => {
    assert.equal(judged([...times(30, failed), ...times(20, refused)]).verdict, "inconclusive");
    assert.equal(judged(oneInFour(30)).verdict, "inconclusive");
    assert.equal(judged(times(60, served)).verdict, "inconclusive");
    assert.equal(verdictOf(doesNotFlap, evidenceWith({}), declared).verdict, "inconclusive");
  });

  it("does not apply where none is declared, or one that so few failures may open", () => {
    const touchy = [{ minCalls: 4 }, { windowCalls: 5 }, { ...breaker, consecutive: 2 }];

    assert.equal(judged(oneInFour(60), targetWith()).verdict, "not-applicable");
    for (const one of touchy) {
      const target = targetWith({ policy: { breaker: one } });
      assert.equal(judged(oneInFour(60), target).verdict, "not-applicable");
      assert.deepEqual(doesNotFlap.plan(breakerFacts(target), target), []);
    }
  });

  it("makes one request in so many fail that it is half the declared rate", () => {
    const target = targetWith({ policy: { breaker: { ...breaker, failureRate: 0.1, minCalls: 100 } } });
    const [load] = doesNotFlap.plan(breakerFacts(target), target);

    assert.deepEqual(
      load?.program.steps.slice(0, 2).map(({ times: count }) => count),
      [1, 19],
    );
  });
});
