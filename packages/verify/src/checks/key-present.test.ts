import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Operation } from "@holdfast/contract";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { keyPresent } from "./key-present.ts";

const post = (more: Partial<Operation> = {}) =>
  targetWith({ operation: { request: { method: "POST", path: "/v1/charges" }, ...more } });
const declared = post({ idempotencyKey: "idempotency-key" });

function judged(headers: (index: number) => Record<string, string>, target = post(), more = {}) {
  const healthyCall = (index: number): CallFacts => ({
    attempts: [{ at: 1, healthy: true, method: "POST", headers: headers(index) }],
  });
  return verdictOf(keyPresent, evidenceWith(more, { healthyCall }), target);
}

describe("key-present", () => {
  it("passes when the declared header is on every request", () => {
    const found = judged((index) => ({ "idempotency-key": `k${index}` }), declared);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /all 35 healthy calls carry idempotency-key/);
  });

  it("fails when it is missing, empty or under another name", () => {
    assert.equal(judged(() => ({}), declared).verdict, "fail");
    assert.equal(judged(() => ({ "idempotency-key": "" }), declared).verdict, "fail");
    assert.equal(judged(() => ({ "x-idempotency-key": "k" }), declared).verdict, "fail");
    const one = judged((index) => (index === 7 ? {} : { "idempotency-key": "k" }), declared);
    assert.equal(one.verdict, "fail");
    assert.match(one.because, /1 of 35/);
  });

  it("fails when one of two requests of a call carries none", () => {
    const healthyCall = (): CallFacts => ({
      attempts: [
        { at: 1, healthy: true, method: "POST", headers: { "idempotency-key": "k" } },
        { at: 9, healthy: true, method: "POST" },
      ],
    });
    assert.equal(verdictOf(keyPresent, evidenceWith({}, { healthyCall }), declared).verdict, "fail");
  });

  it("knows undeclared keys by their names", () => {
    for (const name of ["idempotency-key", "x-goog-gcs-idempotency-token", "paypal-request-id"]) {
      assert.equal(judged(() => ({ [name]: "k" })).verdict, "pass", name);
    }
  });

  it("finds a key in the body, declared or known", () => {
    const inBody = (fields: Record<string, string>) => ({
      healthyCall: (): CallFacts => ({ attempts: [{ at: 1, healthy: true, method: "POST", fields }] }),
    });
    const known = evidenceWith({}, inBody({ "/idempotency_key": "k" }));
    assert.equal(verdictOf(keyPresent, known, post()).verdict, "pass");
    const other = evidenceWith({}, inBody({ "/meta/key": "k" }));
    assert.equal(verdictOf(keyPresent, other, post()).verdict, "advice");
    assert.equal(verdictOf(keyPresent, other, post({ idempotencyKey: "/meta/key" })).verdict, "pass");
  });

  it("does not take an id per call for a key, but names it", () => {
    const found = judged((index) => ({ "amz-sdk-invocation-id": `id${index}` }));
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /amz-sdk-invocation-id/);
  });

  it("says how grave it is when the request is sent again", () => {
    const resent = { "lost-reply-reset": times(4, { attempts: [{ at: 0 }, { at: 9 }] }) };
    const found = judged(() => ({}), post(), resent);
    assert.match(found.because, /after a lost reply 4 calls of 4 were sent again/);
    assert.equal(found.severity, "medium");
    assert.equal(judged(() => ({})).severity, "low");
  });

  it("does not apply to what asks for no effect or is declared idempotent", () => {
    assert.equal(judged(() => ({}), targetWith()).verdict, "not-applicable");
    const idempotent = targetWith({
      policy: { idempotent: true },
      operation: { request: { method: "POST", path: "/" } },
    });
    assert.equal(judged(() => ({}), idempotent).verdict, "not-applicable");
  });
});
