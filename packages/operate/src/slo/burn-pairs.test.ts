import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { budgetConsumed } from "./burn-arithmetic.ts";
import { burnPairs } from "./burn-pairs.ts";

const dayMs = 86_400_000;
const factors = (days: number): readonly number[] => burnPairs(days * dayMs).map(({ factor }) => factor);

describe("burn pairs", () => {
  it("have the factors of the SRE workbook for 30 days, exactly", () => {
    assert.deepEqual(factors(30), [14.4, 6, 3, 1]);
  });

  it("have the factors of sloth for 28 days", () => {
    const known = [13.44, 5.6, 2.8, 0.9333];
    assert.deepEqual(
      factors(28).map((factor) => Number(factor.toFixed(4))),
      known,
    );
  });

  it("cost the same share of the budget whatever the period", () => {
    for (let days = 7; days <= 90; days++) {
      const shares = burnPairs(days * dayMs).map((pair) => budgetConsumed(pair, days * dayMs));
      assert.deepEqual(
        shares.map((share) => Number(share.toFixed(12))),
        [0.02, 0.05, 0.1, 0.1],
      );
    }
  });

  it("look at a short window of a twelfth", () => {
    assert.deepEqual(
      burnPairs(30 * dayMs).map(({ longMs, shortMs, urgency }) => [
        longMs / 60_000,
        shortMs / 60_000,
        urgency,
      ]),
      [
        [60, 5, "page"],
        [360, 30, "page"],
        [1_440, 120, "ticket"],
        [4_320, 360, "ticket"],
      ],
    );
  });
});
