import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, times, verdictOf } from "../testing/evidence.ts";
import { asked, effectsOnAttempts, madeBy, servingTarget } from "../testing/served.ts";
import { rejectsMismatch } from "./rejects-mismatch.ts";

const healthy: CallFacts = {
  attempts: [{ at: 1, healthy: true, method: "POST" }],
  effects: [{}],
  outcome: "succeeded",
};

/** A sample: first at 0, again at 10, another body at 20 ms; effects by their moment. */
function sample(other = asked("other-body", 422), effectsAt: readonly number[] = [1]): CallFacts {
  return {
    attempts: [{ at: 1, healthy: true, method: "POST" }],
    requests: [asked("first", 201), asked("again", 201), other],
    outcome: "succeeded",
    effects: effectsAt.map((atMs) => ({ atMs })),
  };
}

function judged(calls: readonly CallFacts[], target = servingTarget(), usual: CallFacts = healthy) {
  const found = effectsOnAttempts(madeBy("same-key", "same-key", calls));
  return verdictOf(
    rejectsMismatch,
    evidenceWith({ "same-key": found }, { healthyCall: () => usual }),
    target,
  );
}

describe("rejects-mismatch", () => {
  it("passes when another body is refused and has no effect", () => {
    for (const status of [422, 409, 400]) {
      const found = judged(times(6, sample(asked("other-body", status))));
      assert.equal(found.verdict, "pass");
      assert.match(found.because, new RegExp(`6 of 6 .*refused with ${status} and had no effect`));
    }
  });

  it("fails when another body takes effect, whatever is answered", () => {
    const found = judged([...times(5, sample()), sample(asked("other-body", 422), [1, 22])]);
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /1 of 6 requests with another body under a used key took effect/);
  });

  it("leaves a second effect of the same body to the check that asks about it", () => {
    assert.equal(judged(times(6, sample(asked("other-body", 422), [1, 12]))).verdict, "pass");
  });

  it("fails when the first result is given for it, or when it is accepted", () => {
    const replayed = judged(times(6, sample(asked("other-body", 201))));
    assert.match(replayed.because, /got the first result for an answer/);
    assert.equal(replayed.verdict, "fail");
    const accepted = judged(times(6, sample(asked("other-body", 201, { answer: "other" }))));
    assert.match(accepted.because, /was accepted/);
    assert.equal(accepted.verdict, "fail");
  });

  it("advises on a refusal that says nothing of the key", () => {
    const found = judged(times(6, sample(asked("other-body", 500))));
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /answered with 500: 422, 409 or 400/);
  });

  it("is inconclusive without samples, without an answer, or when there were too many requests", () => {
    assert.equal(judged([]).verdict, "inconclusive");
    assert.equal(judged(times(6, { ...sample(), requests: [asked("first", 201)] })).verdict, "inconclusive");
    assert.equal(
      judged(times(6, sample(asked("other-body", null, { error: "ECONNRESET" })))).verdict,
      "inconclusive",
    );
    assert.equal(judged(times(6, sample(asked("other-body", 429)))).verdict, "inconclusive");
  });

  it("does not say of effects what it cannot see", () => {
    const reads: CallFacts = { ...healthy, attempts: [{ at: 1, healthy: true, method: "GET" }] };
    assert.match(
      judged(times(6, sample()), servingTarget(), reads).because,
      /effects cannot be counted here/,
    );
  });

  it("does not apply to a request whose body cannot differ", () => {
    const act = { kind: "http", request: { method: "POST", path: "/orders" }, headers: {} } as const;
    const withBody = (body: string | null, key = "idempotency-key") =>
      judged(
        times(6, sample()),
        servingTarget({ scenario: { act: { ...act, body } }, serves: { idempotencyKey: key } }),
      );
    assert.equal(withBody(null).verdict, "not-applicable");
    assert.equal(withBody('{"id":"${call.id}"}', "/id").verdict, "not-applicable");
    assert.match(withBody('{"open":true}').because, /no body in which anything could differ/);
    assert.equal(withBody('{"id":"${call.id}","amount":42}', "/id").verdict, "pass");
  });
});
