import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { keyStable } from "./key-stable.ts";

const request = { method: "POST", path: "/v1/charges" };
const declared = targetWith({ operation: { request, idempotencyKey: "idempotency-key" } });
const undeclared = targetWith({ operation: { request } });

function call(...keys: readonly (string | null)[]): CallFacts {
  const attempts = keys.map((key, index) => ({
    at: index * 100,
    method: "POST",
    headers: key === null ? {} : { "idempotency-key": key },
  }));
  return { attempts };
}

function judged(calls: readonly CallFacts[], target = declared, healthy: CallFacts = call("k")) {
  return verdictOf(keyStable, evidenceWith({ "503-forever": calls }, { healthyCall: () => healthy }), target);
}

describe("key-stable", () => {
  it("passes when every attempt of a call carries its key", () => {
    const found = judged(times(6, (index) => call(`k${index}`, `k${index}`, `k${index}`)));
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /6 calls/);
  });

  it("fails when it changes or is left out in one call of many", () => {
    const good = times(6, call("k", "k"));
    for (const bad of [call("a", "b"), call("a", "a-2"), call("a", null), call(null, "a")]) {
      assert.equal(judged([...good, bad]).verdict, "fail");
      assert.equal(judged([...good, bad], undeclared).verdict, "advice");
    }
  });

  it("looks at attempts that passed as well as at those that met a fault", () => {
    const recovered: CallFacts = {
      attempts: [
        { at: 0, method: "POST", headers: { "idempotency-key": "a" } },
        { at: 100, method: "POST", headers: { "idempotency-key": "b" }, healthy: true },
      ],
    };
    assert.equal(judged(times(3, recovered)).verdict, "fail");
  });

  it("sees a key that only some healthy calls or failing attempts carry", () => {
    const none = times(6, call(null, null));
    const some = evidenceWith(
      { "503-forever": none },
      { healthyCall: (index) => (index === 0 ? call("k") : call(null)) },
    );
    assert.equal(verdictOf(keyStable, some, undeclared).verdict, "pass");
    assert.equal(judged([...none, call("k", null)], undeclared, call(null)).verdict, "advice");
  });

  it("looks at every experiment", () => {
    const evidence = evidenceWith(
      { "503-forever": times(6, call("k", "k")), "lost-reply-hang": times(2, call("a", "b")) },
      { healthyCall: () => call("k") },
    );
    assert.match(verdictOf(keyStable, evidence, declared).because, /2 of 8/);
  });

  it("does not apply without a key, without a second attempt, or to what asks for no effect", () => {
    assert.equal(judged(times(6, call(null, null)), undeclared, call(null)).verdict, "not-applicable");
    assert.equal(judged(times(6, call("k"))).verdict, "not-applicable");
    assert.equal(judged(times(6, call("k", "k")), targetWith()).verdict, "not-applicable");
  });

  it("is inconclusive about two calls, and where nothing failed", () => {
    assert.equal(judged(times(2, call("k", "k"))).verdict, "inconclusive");
    assert.equal(judged([]).verdict, "inconclusive");
  });
});
