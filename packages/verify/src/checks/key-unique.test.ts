import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { evidenceWith, targetWith, verdictOf } from "../testing/evidence.ts";
import { keyUnique } from "./key-unique.ts";

const request = { method: "POST", path: "/v1/charges" };
const declared = targetWith({ operation: { request, idempotencyKey: "idempotency-key" } });
const undeclared = targetWith({ operation: { request } });

function judged(
  keys: (index: number) => string | null,
  target = declared,
  calls = 35,
  body?: (index: number) => string,
) {
  const evidence = evidenceWith(
    {},
    {
      healthyCall: (index) => {
        const key = keys(index);
        const headers = key === null ? {} : { "idempotency-key": key };
        return {
          attempts: [
            { at: 1, healthy: true, method: "POST", headers, ...(body ? { body: body(index) } : {}) },
          ],
        };
      },
    },
  );
  return verdictOf(keyUnique, { ...evidence, healthy: evidence.healthy.slice(0, calls) }, target);
}

describe("key-unique", () => {
  it("passes 35 calls with 35 keys, and says what that bounds", () => {
    const found = judged((index) => `k${index}`);
    assert.equal(found.verdict, "pass");
    assert.ok(Math.abs((found.bound ?? 0) - 0.082) < 0.001);
  });

  it("needs thirty of them", () => {
    assert.equal(judged((index) => `k${index}`, declared, 30).verdict, "pass");
    assert.equal(judged((index) => `k${index}`, declared, 29).verdict, "inconclusive");
  });

  it("fails when one key serves two calls, with few calls too", () => {
    assert.equal(judged((index) => `k${index % 34}`).verdict, "fail");
    assert.equal(judged(() => "constant", declared, 6).verdict, "fail");
    assert.equal(judged(() => "constant", undeclared).verdict, "advice");
  });

  it("tells a constant from a key made of the payload", () => {
    assert.match(judged(() => "constant").diagnosis ?? "", /constant/);
    const byPayload = judged(
      (index) => `hash${index % 5}`,
      declared,
      35,
      (index) => `body${index % 5}`,
    );
    assert.match(byPayload.diagnosis ?? "", /payloads are equal/);
  });

  it("does not apply where no key is sent or no effect asked for", () => {
    assert.equal(judged(() => null).verdict, "not-applicable");
    assert.equal(judged(() => "k", targetWith()).verdict, "not-applicable");
  });
});
