import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { counter, gauge } from "./values.ts";

describe("series of a test", () => {
  it("grow from zero, stretch by stretch", () => {
    const values = counter([
      { steps: 3, each: 10 },
      { steps: 2, each: 0 },
      { steps: 1, each: 5 },
    ]);
    assert.equal(values, "0 10+10x2 30+0x1 35+5x0");
  });

  it("go on where they were after a gap, and begin with one where nothing was there", () => {
    assert.equal(
      counter([
        { steps: 2, each: null },
        { steps: 2, each: 1 },
        { steps: 1, each: null },
        { steps: 1, each: 1 },
      ]),
      "_ _x2 1+1x1 _x1 3+1x0",
    );
  });

  it("stand still where they are levels", () => {
    assert.equal(
      gauge([
        { steps: 2, each: 1.5 },
        { steps: 0, each: 9 },
        { steps: 1, each: null },
      ]),
      "1.5+0x1 _x1",
    );
  });
});
