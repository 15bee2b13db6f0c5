import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { nestedKey } from "./nested-key.ts";

it("is the same for the same call and another for any other, and looks like a UUID", () => {
  const call = fc.tuple(fc.string(), fc.string(), fc.integer({ min: 1, max: 50 }));
  fc.assert(
    fc.property(call, call, (one, other) => {
      const key = nestedKey(...one);
      assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(key, nestedKey(...one));
      assert.equal(key === nestedKey(...other), JSON.stringify(one) === JSON.stringify(other));
    }),
  );
});

it("stays what it is: a request that comes again after an update must find its keys", () => {
  assert.equal(nestedKey("order-7", "payments.charge", 1), "a48b0905-0fa0-81c6-853b-9c4207703486");
});
