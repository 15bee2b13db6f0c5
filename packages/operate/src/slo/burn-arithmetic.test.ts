import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { budgetOf, detectionMs, exhaustionMs, resetMs, thresholdOf } from "./burn-arithmetic.ts";
import { burnPairs } from "./burn-pairs.ts";

const [minuteMs, dayMs] = [60_000, 86_400_000];
const pairs = burnPairs(30 * dayMs);
const fast = pairs[0]!;

describe("burn arithmetic", () => {
  it("leaves of 100 % what the target does not ask for, without a binary rest", () => {
    assert.deepEqual([0.9, 0.99, 0.999, 0.9995, 0.9999].map(budgetOf), [0.1, 0.01, 0.001, 0.0005, 0.0001]);
    assert.equal(thresholdOf(fast, 0.999), 0.0144);
  });

  /** The SRE workbook's numbers for 99.9 % in 30 days, in minutes. */
  const worked: readonly (readonly [badShare: number, minutes: readonly (number | null)[]])[] = [
    [1, [0.864, 2.16, 4.32, 4.32]],
    [0.1, [8.64, 21.6, 43.2, 43.2]],
    [0.02, [43.2, 108, 216, 216]],
    [0.01, [null, 216, 432, 432]],
  ];
  for (const [badShare, minutes] of worked) {
    it(`tells how soon an alert fires when ${badShare * 100} % goes wrong`, () => {
      const told = pairs.map((pair) => detectionMs(pair, 0.999, badShare));
      assert.deepEqual(
        told.map((ms) => (ms === null ? null : Number((ms / minuteMs).toFixed(6)))),
        minutes,
      );
    });
  }

  it("agrees with the workbook's example: 15 % errors for 10 minutes", () => {
    assert.equal(Number((detectionMs(fast, 0.999, 0.15)! / minuteMs).toFixed(2)), 5.76);
    assert.equal(Number((resetMs(fast, 0.999, 0.15, 10 * minuteMs) / minuteMs).toFixed(2)), 4.52);
  });

  it("tells how long a budget lasts", () => {
    assert.equal(exhaustionMs(1_000, 30 * dayMs) / minuteMs, 43.2);
    assert.equal(exhaustionMs(1, 30 * dayMs), 30 * dayMs);
  });

  it("resets nothing that did not fire", () => {
    assert.equal(resetMs(fast, 0.999, 0.1, 8 * minuteMs), 0);
    assert.equal(resetMs(fast, 0.999, 0.01, 60 * minuteMs), 0);
  });

  it("says what windows of numbers say: the first step above the threshold, the first below it in the short window", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...burnPairs(7 * dayMs), ...pairs, ...burnPairs(90 * dayMs)),
        fc.constantFrom(0.95, 0.99, 0.999, 0.9999),
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 1, max: 2_000 }),
        (pair, target, mille, lasted) => {
          const share = mille / 1_000;
          const [longSteps, stepMs] = [1_200, pair.longMs / 1_200];
          const threshold = thresholdOf(pair, target);
          const badIn = (window: number, now: number): number =>
            Math.max(0, Math.min(now, lasted) - Math.max(0, now - window)) / window;
          const fires = (now: number): boolean =>
            share * badIn(longSteps, now) > threshold && share * badIn(longSteps / 12, now) > threshold;
          const detected = detectionMs(pair, target, share);
          const never = (): boolean => Array.from({ length: 40 }, (_, step) => step * 50).some(fires);
          if (detected === null) return assert.equal(never(), false);
          const first = detected / stepMs;
          fc.pre(lasted > first + 1);
          assert.equal(fires(Math.floor(first - 1e-6)), false);
          assert.equal(fires(Math.floor(first + 1e-6) + 1), true);
          const ends = lasted + resetMs(pair, target, share, lasted * stepMs) / stepMs;
          assert.equal(fires(Math.ceil(ends - 1e-6) + 1), false);
          assert.equal(fires(Math.max(lasted, Math.floor(ends - 1e-6) - 1)), ends - lasted > 1e-6);
        },
      ),
      { numRuns: 500 },
    );
  });
});
