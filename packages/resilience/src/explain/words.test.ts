import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { amount, many, share, time, upTo } from "./words.ts";

describe("the words of an explanation", () => {
  it("tell three digits of a duration", () => {
    for (const [ms, told] of [
      [0, "0ms"],
      [0.12345, "0.123ms"],
      [81.54, "81.5ms"],
      [1_234.5, "1.23s"],
      [2_700, "2.7s"],
      [66_000, "66s"],
      [3_601_234, "1h"],
    ] as const)
      assert.equal(time(ms), told);
  });

  it("tell three digits of a number", () => {
    assert.deepEqual([0, 2.2, 1.2100001, 133.333, 12_345, 0.05].map(amount), [
      "0",
      "2.2",
      "1.21",
      "133",
      "12300",
      "0.05",
    ]);
  });

  it("never take almost all for all, nor almost nothing for nothing", () => {
    assert.deepEqual([0, 1, 0.875, 0.999999].map(share), ["0%", "100%", "87.5%", "99.9999%"]);
    assert.equal(share(1 - 1e-9), "over 99.9999%");
    assert.equal(share(1e-9), "under 0.0001%");
  });

  it("count", () => {
    assert.deepEqual(
      [many(1, "call"), many(0, "call"), upTo(0), upTo(50)],
      ["1 call", "0 calls", "at once", "within 50ms"],
    );
  });
});
