import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { retriesAfterTimeout } from "./retries-after-timeout.ts";

const policy = { attemptTimeoutMs: 500, deadlineMs: 4_000, retry: { attempts: 3 } };
const declared = targetWith({ policy });
const post = { operation: { request: { method: "POST", path: "/v1/charges" } } };

const silent = { at: 0, doneAt: null, closedAt: 500 };
const recovered: CallFacts = {
  attempts: [silent, { at: 600, healthy: true }],
  outcome: "succeeded",
  endedAt: 610,
};
const lost: CallFacts = { attempts: [silent], outcome: "failed", endedAt: 505 };
const held: CallFacts = { attempts: [{ ...silent, closedAt: 4_000 }], outcome: "failed", endedAt: 4_000 };
const open: CallFacts = { attempts: [{ at: 0, doneAt: null }], endedAt: null };
const late: CallFacts = { ...recovered, endedAt: 4_900 };

function judged(calls: CallFacts | readonly CallFacts[], target = declared, healthyCall?: () => CallFacts) {
  const found = Array.isArray(calls) ? calls : times(3, calls as CallFacts);
  return verdictOf(
    retriesAfterTimeout,
    evidenceWith({ "lost-reply-hang": found }, healthyCall ? { healthyCall } : {}),
    target,
  );
}

describe("retries-after-timeout", () => {
  it("passes when calls recover in time", () => {
    const found = judged(recovered);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /3 of 3 calls recovered from one silence, within 610 ms/);
  });

  it("fails where retries are declared, advises where nothing is", () => {
    assert.equal(judged(lost).verdict, "fail");
    assert.equal(judged([recovered, recovered, lost]).verdict, "fail");
    assert.equal(judged(lost, targetWith()).verdict, "advice");
    assert.match(judged(lost).because, /after one silence, 0 of 3 calls were made again and 0 recovered/);
  });

  it("leaves to the check of attempts what is never given up", () => {
    for (const calls of [held, open]) {
      const found = judged(calls);
      assert.equal(found.verdict, "inconclusive");
      assert.match(found.because, /no timeout to try again after/);
    }
    assert.equal(judged(open, targetWith()).verdict, "inconclusive");
  });

  it("grants a tenth of a long timeout before it takes an attempt for one that was never given up", () => {
    const patient = targetWith({ policy: { ...policy, attemptTimeoutMs: 5_000, deadlineMs: 15_000 } });
    const givenUp = (atMs: number): CallFacts => ({
      attempts: [{ at: 0, doneAt: null, closedAt: atMs }],
      outcome: "failed",
      endedAt: atMs + 5,
    });
    assert.equal(judged(givenUp(5_450), patient).verdict, "fail");
    assert.match(judged(givenUp(5_600), patient).because, /no timeout to try again after/);
  });

  it("does not call a recovery past the deadline one", () => {
    const found = judged(late);
    assert.equal(found.verdict, "inconclusive");
    assert.match(found.because, /past the declared 4 s/);
  });

  it("expects it only where `on` names timeouts", () => {
    const on = (words: readonly string[]) =>
      targetWith({ policy: { ...policy, retry: { attempts: 3, on: words } } });
    assert.equal(judged(lost, on(["5xx", "reset"])).verdict, "not-applicable");
    assert.match(judged(lost, on(["5xx"])).because, /retry\.on leaves out silence/);
    assert.equal(judged(lost, on(["timeout"])).verdict, "fail");
    assert.equal(judged(lost, on(["ambiguous"])).verdict, "fail");
  });

  it("does not expect a request with an effect and no key to be sent again", () => {
    const target = targetWith({ ...post, policy });
    assert.equal(judged(lost, target).verdict, "not-applicable");
    assert.match(judged(recovered, target).because, /which was done in 3 calls/);
    assert.notEqual(judged(recovered, target).verdict, "pass");
    const headers = { "idempotency-key": "k" };
    const keyed = (): CallFacts => ({ attempts: [{ at: 2, healthy: true, method: "POST", headers }] });
    assert.equal(judged(lost, target, keyed).verdict, "fail");
  });

  it("does not expect what the deadline has no room for", () => {
    const target = targetWith({ policy: { ...policy, deadlineMs: 700 } });
    assert.equal(judged(lost, target).verdict, "not-applicable");
    assert.equal(judged(recovered, target).verdict, "pass");
  });

  it("does not apply to a single declared attempt, and needs its experiment", () => {
    const single = targetWith({ policy: { retry: { attempts: 1 } } });
    assert.equal(judged(lost, single).verdict, "not-applicable");
    assert.equal(verdictOf(retriesAfterTimeout, evidenceWith({}), declared).verdict, "inconclusive");
    assert.equal(judged([recovered, recovered]).verdict, "inconclusive");
  });

  it("takes a success without a second attempt for a fallback", () => {
    const found = judged({ ...lost, outcome: "succeeded" });
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /fallback/);
  });
});
