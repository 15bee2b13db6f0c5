import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { canonical, keyIn, withKey, withOtherNumber } from "./keyed-request.ts";

const request = {
  url: "http://127.0.0.1:1/orders",
  method: "POST",
  headers: { "content-type": "application/json" },
  body: '{"order":{"id":"c1"},"amount":4200}',
};

describe("a keyed request", () => {
  it("carries its key in a header, and is found there", () => {
    assert.equal(keyIn(request, "idempotency-key"), null);
    const keyed = withKey(request, "idempotency-key", "k1");
    assert.equal(keyIn(keyed, "idempotency-key"), "k1");
    assert.equal(keyed.body, request.body);
  });

  it("carries its key in the body, where a pointer says", () => {
    assert.equal(keyIn(request, "/order/id"), "c1");
    const keyed = withKey(request, "/order/key", "k1");
    assert.equal(keyIn(keyed, "/order/key"), "k1");
    assert.deepEqual(JSON.parse(keyed.body ?? ""), { order: { id: "c1", key: "k1" }, amount: 4200 });
  });

  it("stays as it is where the body cannot hold the key", () => {
    assert.deepEqual(withKey({ ...request, body: null }, "/key", "k1"), { ...request, body: null });
    assert.deepEqual(withKey(request, "/amount/key", "k1"), request);
    assert.equal(keyIn({ ...request, body: "no JSON" }, "/key"), null);
  });

  it("is another one with another number, where there is one", () => {
    assert.equal(withOtherNumber(request)?.body, '{"order":{"id":"c1"},"amount":4201}');
    assert.equal(withOtherNumber({ ...request, body: '{"id":"c1"}' }), null);
    assert.equal(withOtherNumber({ ...request, body: null }), null);
  });
});

describe("answers", () => {
  it("are equal whatever the order of their keys, and differ by what they say", () => {
    assert.equal(
      canonical('{"b":[{"d":1,"c":2}],"a":1}'),
      canonical('{ "a": 1, "b": [{ "c": 2, "d": 1 }] }'),
    );
    assert.notEqual(canonical('{"a":[1,2]}'), canonical('{"a":[2,1]}'));
    assert.equal(canonical("plain"), "plain");
  });
});
