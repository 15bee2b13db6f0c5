import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import fc from "fast-check";
import { largest, median, medianInterval, quantile, smallest, sum, wilson, zeroBound } from "./stats.ts";

describe("the statistics", () => {
  it("finds the middle, between two values when they are even", () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.ok(Number.isNaN(median([])));
  });

  it("finds quantiles between order statistics", () => {
    assert.equal(quantile([0, 10], 0.25), 2.5);
    assert.equal(quantile([0, 10, 20], 1), 20);
  });

  it("finds extremes and sums, of nothing too", () => {
    assert.equal(largest([1, 3, 2]), 3);
    assert.equal(smallest([1, 3, 2]), 1);
    assert.equal(largest([]), Number.NEGATIVE_INFINITY);
    assert.equal(smallest([]), Number.POSITIVE_INFINITY);
    assert.equal(sum([1, 2]), 3);
  });

  it("bounds what was never seen as the note says: 10 → 26 %, 20 → 14 %, 59 → 5 %, 300 → 1 %", () => {
    assert.deepEqual(
      [10, 20, 59, 300].map((n) => Math.round(zeroBound(n) * 100)),
      [26, 14, 5, 1],
    );
    assert.equal(zeroBound(0), 1);
  });

  it("gives Wilson's interval: 0 of 10 → 0 to 28 %, 5 of 10 → 24 to 76 %", () => {
    const rounded = (hits: number, n: number) => wilson(hits, n).map((one) => Math.round(one * 100));
    assert.deepEqual(rounded(0, 10), [0, 28]);
    assert.deepEqual(rounded(5, 10), [24, 76]);
    assert.deepEqual(rounded(10, 10), [72, 100]);
    assert.deepEqual(wilson(0, 0), [0, 1]);
  });

  it("keeps the seen rate inside Wilson's interval, which narrows as n grows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (n, some) => {
        const hits = Math.min(n, some);
        const [low, high] = wilson(hits, n);
        const [lowLater, highLater] = wilson(hits * 4, n * 4);
        assert.ok(low <= hits / n && hits / n <= high && low >= 0 && high <= 1);
        assert.ok(highLater - lowLater < high - low);
      }),
    );
  });

  it("covers the true median in 85 of 100 samples or more", () => {
    const random = seededRandom(5);
    let covered = 0;
    for (let round = 0; round < 200; round++) {
      const [low, high] = medianInterval(
        Array.from({ length: 15 }, () => random.between(0, 1)),
        random,
      );
      if (low <= 0.5 && 0.5 <= high) covered += 1;
    }
    assert.ok(covered >= 170, `${covered} of 200`);
  });
});
