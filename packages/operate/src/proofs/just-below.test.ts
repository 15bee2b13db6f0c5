import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { justBelow } from "./just-below.ts";

describe("just below a least number", () => {
  it("stays below it when it is stretched over a step more, and is the most that does", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 2, max: 1_000 }),
        (least, steps) => {
          const stretched = (events: number): number => events * steps;
          assert.ok(stretched(justBelow(least, steps)) < least * (steps - 1));
          assert.ok(stretched(justBelow(least, steps) + 1) >= least * (steps - 1));
        },
      ),
    );
    assert.deepEqual([justBelow(20, 60), justBelow(5, 60), justBelow(20, 15)], [19, 4, 18]);
  });
});
