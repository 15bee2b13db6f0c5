import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { distinct, slug } from "./slug.ts";

describe("names of files", () => {
  it("never leave their folder, hide, or are empty", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        assert.match(slug(name), /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/);
      }),
    );
    assert.deepEqual(["../../etc/passwd", ".env", "a b", "…"].map(slug), [
      "etc-passwd",
      "env",
      "a-b",
      "unnamed",
    ]);
  });

  it("differ, by more than case", () => {
    assert.deepEqual(distinct(["a", "A", "a", "a-2"]), ["a", "A-2", "a-3", "a-2-2"]);
  });
});
