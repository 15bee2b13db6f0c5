import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Fingerprinted, fingerprintOf } from "./fingerprint.ts";

const request = fc.record({
  method: fc.constantFrom("POST", "PATCH"),
  route: fc.string({ maxLength: 4 }),
  headers: fc.tuple(
    fc.tuple(fc.constant("a"), fc.option(fc.string({ maxLength: 3 }))),
    fc.tuple(fc.constant("b"), fc.option(fc.string({ maxLength: 3 }))),
  ),
  body: fc.uint8Array({ maxLength: 4 }),
}) as fc.Arbitrary<Fingerprinted>;

describe("a fingerprint", () => {
  it("is the same for the same request and another one for any other", () => {
    fc.assert(
      fc.property(request, request, (one, other) => {
        const text = (asked: Fingerprinted): string => JSON.stringify({ ...asked, body: [...asked.body] });
        assert.equal(fingerprintOf(one) === fingerprintOf(other), text(one) === text(other));
      }),
      { numRuns: 2_000 },
    );
  });

  it("does not let one part pass for the next", () => {
    const body = new Uint8Array();
    assert.notEqual(
      fingerprintOf({ method: "POST", route: "/a", headers: [["x", "b"]], body }),
      fingerprintOf({ method: "POST", route: "/", headers: [["x", "ab"]], body }),
    );
    assert.notEqual(
      fingerprintOf({ method: "POST", route: "/", headers: [["x", null]], body }),
      fingerprintOf({ method: "POST", route: "/", headers: [["x", ""]], body }),
    );
  });
});
