import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Histogram } from "./histogram.ts";

function recorded(durationsMs: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const durationMs of durationsMs) histogram.record(durationMs);
  return histogram;
}

/** Durations as they come, over all the bins but the first and the last. */
const durations = fc.array(
  fc.double({ min: -1.9, max: 29, noNaN: true }).map((exponent) => 2 ** exponent),
  { minLength: 1, maxLength: 300, size: "max" },
);

describe("a histogram", () => {
  it("knows nothing before the first duration", () => {
    const empty = new Histogram();
    assert.deepEqual([empty.count, empty.quantile(0), empty.quantile(0.99)], [0, 0, 0]);
    assert.deepEqual(empty.buckets(), []);
  });

  it("tells quantiles that are off by 9 % at most, whatever it was given", () => {
    const quantiles = fc.double({ min: 0, max: 1, noNaN: true });
    const property = fc.property(durations, quantiles, (all, quantile) => {
      const sorted = all.toSorted((one, other) => one - other);
      const exact = sorted[Math.max(1, Math.ceil(quantile * all.length)) - 1] ?? Number.NaN;
      const told = recorded(all).quantile(quantile);
      assert.ok(Math.abs(told / exact - 1) < 0.091, `${told} for ${exact}`);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("takes over what another has recorded, as if it had recorded it itself", () => {
    const property = fc.property(durations, durations, (mine, others) => {
      const histogram = recorded(mine);
      histogram.add(recorded(others));
      const both = recorded([...mine, ...others]);
      assert.equal(histogram.count, both.count);
      assert.deepEqual(histogram.buckets(), both.buckets());
    });
    fc.assert(property);
  });

  it("errs to either side, so that what is told of many is not too long on the whole", () => {
    const ratios = Array.from({ length: 400 }, (_, index) => {
      const exact = 2 ** (index / 19.7);
      return Math.log2(recorded([exact]).quantile(0.5) / exact);
    });
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    assert.ok(Math.abs(mean) < 0.02, String(mean));
  });

  it("keeps every duration in a bucket that ends at or above it and begins below", () => {
    const property = fc.property(durations, (all) => {
      const buckets = recorded(all).buckets();
      assert.equal(
        buckets.reduce((sum, { count }) => sum + count, 0),
        all.length,
      );
      for (const durationMs of all) {
        const [{ upToMs } = assert.fail()] = recorded([durationMs]).buckets();
        const rounding = 1 + 1e-12;
        assert.ok(durationMs <= upToMs * rounding && durationMs * 2 ** 0.25 * rounding > upToMs);
        assert.ok(buckets.some((bucket) => bucket.upToMs === upToMs));
      }
      const edges = buckets.map(({ upToMs }) => upToMs);
      assert.deepEqual(
        edges,
        edges.toSorted((one, other) => one - other),
      );
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("takes what is shorter than its first bin and longer than its last", () => {
    for (const short of [0, -1, 1e-9, 0.25, Number.NaN]) {
      assert.deepEqual(recorded([short]).buckets(), [{ upToMs: 0.25, count: 1 }], String(short));
      assert.equal(recorded([short]).quantile(1), 0.25);
    }
    const tenDays = 10 * 24 * 3_600_000;
    for (const long of [2 * tenDays, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) {
      const [{ upToMs, count } = assert.fail()] = recorded([long]).buckets();
      assert.equal(count, 1);
      assert.ok(upToMs > tenDays && upToMs < 1.1 * tenDays, String(long));
      assert.ok(recorded([long]).quantile(1) > 0.9 * tenDays);
    }
  });

  it("tells the shares apart: half, nine tenths, and the slowest", () => {
    const histogram = recorded([...Array(90).fill(10), ...Array(9).fill(100), 1_000]);
    const told = [0.5, 0.9, 0.91, 0.99, 1].map((quantile) =>
      Math.round(Math.log10(histogram.quantile(quantile))),
    );
    assert.deepEqual(told, [1, 1, 2, 2, 3]);
  });
});
