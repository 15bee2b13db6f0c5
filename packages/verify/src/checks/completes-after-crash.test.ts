import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, times, verdictOf } from "../testing/evidence.ts";
import { asked, effectsOnAttempts, madeBy, servingTarget } from "../testing/served.ts";
import { completesAfterCrash } from "./completes-after-crash.ts";

const healthy: CallFacts = {
  attempts: [{ at: 1, healthy: true, method: "POST" }],
  effects: [{}],
  outcome: "succeeded",
};
const ways = ["crash-before-effect", "crash-after-effect", "failure-then-again"] as const;
type Way = (typeof ways)[number];

/** The first request breaks off; what comes after it, and how many effects there are in the end. */
function sample(again: ReturnType<typeof asked> = asked("again", 201), effects = 1): CallFacts {
  return {
    attempts: [{ at: 1, method: "POST" }],
    requests: [asked("first", null, { error: "ECONNRESET" }), { ...again, startedMs: 100, endedMs: 12_600 }],
    outcome: again.expected === true ? "succeeded" : "failed",
    effects: Array.from({ length: effects }, () => ({ atMs: 5 })),
  };
}

const probed = servingTarget({
  scenario: { effects: [{ name: "charged", integration: "payments", operation: "charge", count: 1 }] },
});

function judged(
  odd: Partial<Record<Way, readonly CallFacts[]>> = {},
  target = probed,
  usual: CallFacts = healthy,
) {
  const brought = ways.map((way) => [
    way,
    effectsOnAttempts(madeBy("half-way", way, odd[way] ?? times(2, sample()))),
  ]);
  const evidence = evidenceWith(Object.fromEntries(brought), { healthyCall: () => usual });
  return verdictOf(completesAfterCrash, evidence, target);
}

describe("completes-after-crash", () => {
  it("passes when every broken-off request is completed with one effect", () => {
    const found = judged();
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /all 6 requests that broke off half-way .* were completed with one effect/);
  });

  it("fails when the repetition takes effect again", () => {
    const found = judged({ "crash-after-effect": [sample(), sample(asked("again", 201), 2)] });
    assert.equal(found.verdict, "fail");
    assert.match(
      found.because,
      /1 of 6 .*took effect again when they were repeated, up to 2 times \(crash-after-effect\)/,
    );
  });

  it("fails when it is answered as done and was not, where the scenario declares its effects", () => {
    const odd = { "crash-before-effect": times(2, sample(asked("again", 201), 0)) };
    assert.match(
      judged(odd).because,
      /2 of 6 .*answered as done.*fewer effects than usual \(crash-before-effect\)/,
    );
    assert.equal(judged(odd).verdict, "fail");
    assert.equal(judged(odd, servingTarget()).verdict, "inconclusive");
  });

  it("advises on a claim that outlives the watch, and on a failure that is kept", () => {
    const claimed = judged({ "crash-before-effect": times(2, sample(asked("again", 409), 0)) });
    assert.equal(claimed.verdict, "advice");
    assert.match(
      claimed.because,
      /not seen to be completed within 12.5 s: repeated, they got 409 to the end/,
    );
    const stored = judged({ "failure-then-again": times(2, sample(asked("again", 502), 0)) });
    assert.equal(stored.verdict, "advice");
    assert.match(stored.diagnosis ?? "", /kept as the answer to the key/);
  });

  it("fails when the repetition fails for good after a crash, or when the service does not come back", () => {
    const broken = judged({ "crash-after-effect": times(2, sample(asked("again", 500))) });
    assert.deepEqual([broken.verdict, /they got 500 to the end/.test(broken.because)], ["fail", true]);
    const gone = { ...sample(), requests: [asked("first", null)], outcome: "failed" as const };
    assert.match(
      judged({ "crash-after-effect": [sample(), gone] }).because,
      /1 of 6 samples ended with a service/,
    );
  });

  it("is inconclusive when nothing was left half done, or effects cannot be counted", () => {
    const whole = { ...sample(), requests: [asked("first", 201), asked("again", 201)] };
    const found = judged({ "failure-then-again": times(2, whole) });
    assert.equal(found.verdict, "inconclusive");
    assert.match(
      found.because,
      /answered as expected in spite of what was done to it \(failure-then-again\)/,
    );
    const reads: CallFacts = { ...healthy, attempts: [{ at: 1, healthy: true, method: "GET" }] };
    assert.equal(judged({}, probed, reads).verdict, "inconclusive");
    const untouched = { ...sample(), attempts: [{ at: 1, healthy: true, method: "POST" }] };
    assert.match(judged({ "crash-after-effect": times(2, untouched) }).because, /took hold on 0 exchanges/);
  });

  it("does not apply to a service that Holdfast did not start", () => {
    const found = judged({}, servingTarget({ service: { start: null } }));
    assert.equal(found.verdict, "not-applicable");
    assert.match(found.because, /cannot be killed and started again/);
  });
});
