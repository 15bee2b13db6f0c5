import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settingsOf } from "@holdfast/core";
import fc from "fast-check";
import { loadFactor, retriesAllowed, successShare } from "./load.ts";
import { simulate } from "./testing/simulate.ts";

describe("the load of an outage", () => {
  const retry = { attempts: 3, backoff: { baseMs: 0 } };

  it("is all attempts without a budget", () => {
    assert.equal(loadFactor(settingsOf({ retry }), 1), 3);
    assert.equal(loadFactor(settingsOf({}), 1), 1);
  });

  it("is one, the ratio, and what the budget allows per second", () => {
    const settings = settingsOf({ retry, budget: { ratio: 0.2, minPerSecond: 1 } });
    assert.equal(loadFactor(settings, 10), 1.3);
    assert.equal(loadFactor(settings, Number.POSITIVE_INFINITY), 1.2);
    assert.equal(loadFactor(settings, 0.1), 3);
  });

  it("is what the runtime's budget really lets through, and no less", () => {
    const ratio = fc.constantFrom(0, 0.1, 0.2, 0.5, 1);
    fc.assert(
      fc.property(
        ratio,
        fc.integer({ min: 0, max: 4 }),
        fc.constantFrom(1, 5, 20),
        fc.nat(),
        (share, min, rate, seed) => {
          const settings = settingsOf({
            retry,
            budget: { ratio: share, minPerSecond: min, windowMs: 2_000 },
          });
          const world = { seed, ratePerSecond: rate, endMs: 60_000, fails: () => true, failingMs: 0 };
          const { calls } = simulate(settings, world);
          const seen = calls.reduce((sum, { attempts }) => sum + attempts, 0) / calls.length;
          const told = loadFactor(settings, rate);
          // The first window begins with a full budget, and retries come in whole numbers.
          const [slack, window] = [2 / (rate * 2), 2 / 60];
          assert.ok(seen <= told + (told - 1) * window + 1e-9, `${seen} seen, ${told} told`);
          assert.ok(seen >= told - slack - 0.1, `${seen} seen, ${told} told`);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("the share of calls that succeed", () => {
  it("is one less the chance that all attempts fail", () => {
    assert.equal(successShare(0.5, 3, Number.POSITIVE_INFINITY), 0.875);
    assert.equal(successShare(0.5, 1, 0), 0.5);
    assert.equal(successShare(1, 3, Number.POSITIVE_INFINITY), 0);
  });

  it("is less where the budget does not allow as many retries as that takes", () => {
    // 0.5 + 0.25 retries per call are wanted.
    assert.equal(successShare(0.5, 3, 0.75), 0.875);
    assert.equal(successShare(0.5, 3, 0.2), 0.6);
  });

  it("is what comes of calls whose attempts fail by chance, budget included", () => {
    const seen = { spent: 0, enough: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(0.01, 0.1, 0.3, 0.5, 0.8),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(null, 0.05, 0.2, 0.6),
        fc.nat(),
        (failing, attempts, ratio, seed) => {
          const budget = ratio === null ? {} : { budget: { ratio, minPerSecond: 0, windowMs: 5_000 } };
          const settings = settingsOf({ retry: { attempts, backoff: { baseMs: 0 } }, ...budget });
          const fails: Parameters<typeof simulate>[1]["fails"] = (_, random) => random.next() < failing;
          const { calls } = simulate(settings, {
            seed,
            ratePerSecond: 100,
            endMs: 30_000,
            fails,
            failingMs: 0,
          });
          const share = calls.filter(({ succeeded }) => succeeded).length / calls.length;
          const allowed = retriesAllowed(settings, 100);
          const told = successShare(failing, attempts, allowed);
          // 3 000 calls: four standard errors are 3.7 points at most.
          assert.ok(Math.abs(share - told) < 0.037, `${share} seen, ${told} told`);
          seen[told < 1 - failing ** attempts - 1e-9 ? "spent" : "enough"]++;
        },
      ),
      { numRuns: 40, seed: 20_261_128 },
    );
    assert.ok(seen.spent > 3 && seen.enough > 3, JSON.stringify(seen));
  });
});
