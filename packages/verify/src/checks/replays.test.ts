import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Evidence } from "../model.ts";
import { type CallFacts, evidenceWith, times, verdictOf } from "../testing/evidence.ts";
import { asked, effectsOnAttempts, madeBy, servingTarget } from "../testing/served.ts";
import { replays } from "./replays.ts";

const healthy: CallFacts = {
  attempts: [{ at: 1, healthy: true, method: "POST" }],
  effects: [{}],
  outcome: "succeeded",
};

/** A sample: first at 0, again at 10, another body at 20 ms; effects by their moment. */
function sample(again = asked("again", 201), effectsAt: readonly number[] = [1]): CallFacts {
  return {
    attempts: [{ at: 1, healthy: true, method: "POST" }],
    requests: [asked("first", 201), again, asked("other-body", 422)],
    outcome: "succeeded",
    effects: effectsAt.map((atMs) => ({ atMs })),
  };
}

function placed(calls: readonly CallFacts[], usual: CallFacts = healthy): Evidence {
  const found = effectsOnAttempts(madeBy("same-key", "same-key", calls));
  return evidenceWith({ "same-key": found }, { healthyCall: () => usual });
}

const judged = (calls: readonly CallFacts[], usual?: CallFacts, target = servingTarget()) =>
  verdictOf(replays, placed(calls, usual), target);

describe("replays", () => {
  it("passes when the same answer comes again and nothing happens twice", () => {
    const found = judged(times(6, sample()));
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /6 of 6 requests sent again got the first status and body.*below 39 %/);
    assert.ok((found.bound ?? 1) < 0.4);
  });

  it("fails when the second request took effect again", () => {
    const found = judged([...times(5, sample()), sample(asked("again", 201), [1, 12])]);
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /1 of 6 requests sent again with their key took effect again/);
    assert.equal(found.severity, "high");
  });

  it("leaves the effect of another body to the check that asks about it", () => {
    assert.equal(judged(times(6, sample(asked("again", 201), [1, 22]))).verdict, "pass");
  });

  it("does not count what the provider recognised, nor what only reads", () => {
    const calls = times(6, {
      ...sample(),
      effects: [{ atMs: 1 }, { atMs: 12, deduplicated: true }],
    });
    assert.equal(judged(calls).verdict, "pass");
    const reads: CallFacts = { ...healthy, attempts: [{ at: 1, healthy: true, method: "GET" }] };
    const found = judged(times(6, sample()), reads);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /no effect of this scenario can be counted/);
  });

  it("fails when the caller is not told what came of its request", () => {
    const found = judged(times(6, sample(asked("again", 409))));
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /got 409 for what had been done/);
    assert.equal(judged(times(6, sample(asked("again", null, { error: "ECONNRESET" })))).verdict, "fail");
  });

  it("advises on another answer without a second effect", () => {
    const other = judged(times(6, sample(asked("again", 201, { answer: "other" }))));
    assert.deepEqual([other.verdict, /another body/.test(other.because)], ["advice", true]);
    const status = judged(times(6, sample(asked("again", 200, { expected: false }))));
    assert.deepEqual([status.verdict, /another status/.test(status.because)], ["advice", true]);
  });

  it("is inconclusive when the first requests failed, or when there were too many for the service", () => {
    const failed = { ...sample(), requests: [asked("first", 500)] };
    assert.match(judged(times(6, failed)).because, /sent again in 0 of 6 samples, 3 are needed/);
    assert.equal(judged(times(6, failed)).verdict, "inconclusive");
    assert.equal(judged(times(6, sample(asked("again", 429)))).verdict, "inconclusive");
  });

  it("applies where an http scenario asks for what is served under a key, and says why not otherwise", () => {
    const because = (target = servingTarget()) => judged(times(6, sample()), healthy, target).because;
    assert.match(because(servingTarget({ serves: { idempotencyKey: null } })), /declares no idempotency key/);
    const elsewhere = { request: { method: "POST", path: "/other/:id" } };
    assert.match(because(servingTarget({ serves: elsewhere })), /declares nothing about POST \/orders/);
    const module = { act: { kind: "module", module: "/shop/client.mjs" } } as const;
    assert.match(because(servingTarget({ scenario: module })), /asks nothing of the service over HTTP/);
    const target = servingTarget();
    const second = { ...target, operation: { ...target.operation, name: "refund" } };
    assert.match(because(second), /`serves.place` is judged once, at payments.charge in place-order/);
    for (const one of [second, servingTarget({ scenario: module })])
      assert.equal(judged([], healthy, one).verdict, "not-applicable");
  });
});
