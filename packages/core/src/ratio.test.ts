import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatRatio, parseRatio } from "./ratio.ts";

describe("ratios", () => {
  for (const [value, ratio] of [
    ["20%", 0.2],
    ["99.9%", 0.999],
    ["0.2", 0.2],
    [0.2, 0.2],
    [0, 0],
    [1, 1],
    ["100%", 1],
  ] as const) {
    it(`reads ${JSON.stringify(value)}`, () =>
      assert.deepEqual(parseRatio(value), { ok: true, value: ratio }));
  }

  for (const [value, remedy] of [
    [20, /Write 20% or 0\.2\./],
    ["120%", /from 0% to 100%/],
    [-0.1, /from 0% to 100%/],
    ["20 percent", /a percentage such as 20%/],
    [Number.NaN, /a percentage such as 20%/],
    [true, /a percentage such as 20%/],
  ] as const) {
    it(`refuses ${JSON.stringify(value)} with a remedy`, () => {
      const reading = parseRatio(value);
      assert.ok(!reading.ok);
      assert.match(reading.remedy, remedy);
    });
  }

  it("reads back what it writes, to a hundredth of a percent of a percent", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (millionths) => {
        const reading = parseRatio(formatRatio(millionths / 1e6));
        assert.ok(reading.ok && Math.abs(reading.value - millionths / 1e6) < 1e-9);
      }),
    );
  });
});
