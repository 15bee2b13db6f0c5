import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lostReplyWays } from "../experiments.ts";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { oneEffectOnLostReply } from "./one-effect-on-lost-reply.ts";

const request = { method: "POST", path: "/v1/charges" };
const post = targetWith({ operation: { request } });
const healthy: CallFacts = { attempts: [{ at: 1, healthy: true, method: "POST" }], effects: [{}] };

function call(effects: readonly { deduplicated?: boolean }[], keys: readonly (string | null)[]): CallFacts {
  const attempts = keys.map((key, index) => ({
    at: index * 100,
    method: "POST",
    delivered: true,
    headers: key === null ? {} : { "idempotency-key": key },
    ...(index > 0 ? { healthy: true } : {}),
  }));
  return { attempts, effects, outcome: keys.length > 1 ? "succeeded" : "failed" };
}

const notSentAgain = call([{}], [null]);
const recognised = call([{}, { deduplicated: true }], ["k", "k"]);
const twice = call([{}, {}], [null, null]);

function judged(
  usual: CallFacts,
  odd: Partial<Record<(typeof lostReplyWays)[number], readonly CallFacts[]>> = {},
  target = post,
) {
  const brought = lostReplyWays.map((way) => [`lost-reply-${way}`, odd[way] ?? times(4, usual)] as const);
  return verdictOf(
    oneEffectOnLostReply,
    evidenceWith(Object.fromEntries(brought), { healthyCall: () => healthy }),
    target,
  );
}

describe("one-effect-on-lost-reply", () => {
  it("passes when nothing is sent again", () => {
    const found = judged(notSentAgain);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /20 calls.*not sent again/);
    assert.ok((found.bound ?? 1) < 0.15);
  });

  it("passes when the provider recognises the key", () => {
    assert.equal(judged(recognised).verdict, "pass");
  });

  it("counts executions with one undeclared key once, and says what that relies on", () => {
    const found = judged(call([{}, {}], ["k", "k"]));
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /relies on the provider/);
  });

  it("fails when one call took effect twice, however it was lost", () => {
    for (const way of lostReplyWays) {
      const found = judged(notSentAgain, { [way]: [twice, ...times(3, notSentAgain)] });
      assert.equal(found.verdict, "fail", way);
      assert.match(found.because, new RegExp(`1 of 20 calls.*lost-reply-${way}`));
    }
  });

  it("fails when the key changed, or when a failed call took effect twice", () => {
    assert.equal(judged(call([{}, {}], ["a", "b"])).verdict, "fail");
    assert.equal(judged({ ...twice, outcome: "failed" }).verdict, "fail");
  });

  it("takes as many effects as a healthy call has for usual", () => {
    const two: CallFacts = { ...healthy, effects: [{}, {}] };
    const brought = lostReplyWays.map((way) => [`lost-reply-${way}`, times(4, { ...twice })] as const);
    const evidence = evidenceWith(Object.fromEntries(brought), { healthyCall: () => two });
    assert.equal(verdictOf(oneEffectOnLostReply, evidence, post).verdict, "pass");
  });

  it("does not speak of relying on the provider when nothing is sent again or the key is declared", () => {
    assert.doesNotMatch(judged(notSentAgain).because, /relies/);
    const declared = targetWith({ operation: { request, idempotencyKey: "idempotency-key" } });
    assert.doesNotMatch(judged(recognised, {}, declared).because, /relies/);
  });

  it("does not apply to what may be repeated", () => {
    assert.equal(judged(twice, {}, targetWith()).verdict, "not-applicable");
    const put = targetWith({ operation: { request: { method: "PUT", path: "/" } } });
    assert.equal(judged(twice, {}, put).verdict, "not-applicable");
  });

  it("is inconclusive when replies were hardly lost, or effects are not seen", () => {
    const untouched: CallFacts = { attempts: [{ at: 0, healthy: true, method: "POST" }], effects: [{}] };
    assert.equal(judged(notSentAgain, { "503": times(4, untouched) }).verdict, "inconclusive");
    assert.equal(judged(notSentAgain, { reset: times(2, notSentAgain) }).verdict, "inconclusive");
    const unseen = call([], [null, null]);
    assert.equal(judged(notSentAgain, { close: times(4, unseen) }).verdict, "inconclusive");
  });

  describe("where the scenario declares the effect", () => {
    const effects = [{ name: "charged", integration: "payments", operation: "charge", count: 1 }];
    const probed = targetWith({ operation: { request }, scenario: { effects } });
    const swallowed: CallFacts = { attempts: [{ at: 0, method: "POST" }], outcome: "succeeded" };

    function under(name: string, calls: readonly CallFacts[], target = probed, usual: CallFacts = healthy) {
      const lost = lostReplyWays.map((way) => [`lost-reply-${way}`, times(4, notSentAgain)] as const);
      const brought = { ...Object.fromEntries(lost), [name]: calls };
      return verdictOf(oneEffectOnLostReply, evidenceWith(brought, { healthyCall: () => usual }), target);
    }

    it("fails on a success without the effect, in an outage, in silence and after a reset", () => {
      const found = under("503-forever", times(12, swallowed));
      assert.equal(found.verdict, "fail");
      assert.match(
        found.because,
        /12 of 12 calls that were answered as successful nothing had taken effect \(503-forever\)/,
      );
      assert.equal(found.severity, "high");
      for (const name of ["hang-forever", "reset-once-fresh", "lost-reply-reset"])
        assert.equal(under(name, [...times(3, notSentAgain), swallowed]).verdict, "fail", name);
    });

    it("fails on a loss of what may be repeated too", () => {
      const put = targetWith({
        operation: { request: { method: "PUT", path: "/" } },
        scenario: { effects },
      });
      assert.equal(under("503-forever", times(12, swallowed), put).verdict, "fail");
    });

    it("takes an honest failure, and an effect of the second attempt, for no loss", () => {
      assert.equal(under("503-forever", times(12, { ...swallowed, outcome: "failed" })).verdict, "pass");
      assert.equal(under("reset-once-fresh", times(4, { ...swallowed, effects: [{}] })).verdict, "pass");
    });

    it("says nothing of a loss where nothing failed, where nobody declared effects, or where none are seen", () => {
      const untouched: CallFacts = { ...swallowed, attempts: [{ at: 0, healthy: true, method: "POST" }] };
      assert.equal(under("503-forever", times(12, untouched)).verdict, "pass");
      assert.equal(under("503-forever", times(12, swallowed), post).verdict, "pass");
      const elsewhere = targetWith({
        operation: { request },
        scenario: { effects: effects.map((one) => ({ ...one, operation: "refund" })) },
      });
      assert.equal(under("503-forever", times(12, swallowed), elsewhere).verdict, "pass");
      assert.equal(
        under("503-forever", times(12, swallowed), probed, { ...healthy, effects: [] }).verdict,
        "pass",
      );
    });

    it("plans the outage in which a swallowed failure shows", () => {
      assert.ok(oneEffectOnLostReply.plan(null, probed).some((one) => one.name === "503-forever"));
    });
  });
});
