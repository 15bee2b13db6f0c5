import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { capFrom, growthKind, type Level } from "./waits-shape.ts";

const levels = (waitsMs: readonly number[], error = 0.03): readonly Level[] =>
  waitsMs.map((waitMs) => ({ waitMs, error }));

describe("the growth of waits", () => {
  const table: readonly (readonly [readonly number[], string | null])[] = [
    [[100, 200, 400], "exponential"],
    [[100, 150, 225, 340], "exponential"],
    [[200, 400, 600], "linear"],
    [[1_000, 4_000, 9_000], "quadratic"],
    [[400, 402, 399], "constant"],
    [[100, 200], null],
    [[100, 900, 200, 700], null],
  ];
  for (const [waits, kind] of table)
    it(`of ${waits.join(", ")} ms is ${kind ?? "left open"}`, () =>
      assert.equal(growthKind(levels(waits)), kind));

  it("is left open where waits are too uncertain", () =>
    assert.equal(growthKind(levels([100, 200, 400], 0.4)), null));

  it("leaves two waits open, however far apart they are", () => {
    for (const waits of [
      [100, 200],
      [100, 400],
      [400, 400],
    ])
      assert.equal(growthKind(levels(waits)), null);
  });
});

describe("the cap of waits", () => {
  const table: readonly (readonly [readonly number[], number | null])[] = [
    [[100, 200, 400, 800], null],
    [[100, 200, 400, 400, 400], 2],
    [[100, 500, 500], 1],
    [[100, 200, 400, 600], 3],
    [[100, 200, 300], null],
    [[200, 400, 600, 800], null],
    [[400, 400, 400], null],
  ];
  for (const [waits, index] of table)
    it(`of ${waits.join(", ")} ms ${index === null ? "is none" : `begins with the ${index + 1}.`}`, () =>
      assert.equal(capFrom(levels(waits)), index));

  it("is none where waits are too uncertain", () =>
    assert.equal(capFrom(levels([100, 200, 260, 250], 0.4)), null));
});
