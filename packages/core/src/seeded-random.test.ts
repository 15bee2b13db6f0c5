import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { seededRandom } from "./seeded-random.ts";

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const draw = (seed: number, label: string, count: number): readonly number[] => {
  const random = seededRandom(seed).fork(label);
  return Array.from({ length: count }, () => random.next());
};

describe("seededRandom", () => {
  it("gives the numbers that runs of the past were made from", () => {
    const random = seededRandom(42);
    const first = [random.next(), random.next(), random.integer(1, 6), random.pick(["a", "b", "c"])];
    assert.deepEqual(first, [0.20960847999910392, 0.2142641252997216, 5, "a"]);
  });

  it("keeps to its ranges", () => {
    fc.assert(
      fc.property(seeds, fc.integer(), fc.nat(), (seed, lo, span) => {
        const random = seededRandom(seed);
        const next = random.next();
        assert.ok(next >= 0 && next < 1);
        const between = random.between(lo, lo + span);
        assert.ok(between >= lo && between <= lo + span);
        const integer = random.integer(lo, lo + span);
        assert.ok(Number.isInteger(integer) && integer >= lo && integer <= lo + span);
      }),
    );
  });

  it("reaches both ends of an integer range, evenly", () => {
    const random = seededRandom(3);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let roll = 0; roll < 60_000; roll++) counts[random.integer(0, 5)]! += 1;
    // χ² with five degrees of freedom: above 20.5 in one seed of a thousand.
    const chi = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    assert.ok(chi < 20.5, `χ² ${chi}, counts ${counts}`);
  });

  it("forks by label alone: neither earlier draws nor other forks matter", () => {
    const drawn = seededRandom(5);
    drawn.next();
    drawn.fork("other").next();
    assert.equal(drawn.fork("label").next(), seededRandom(5).fork("label").next());
  });

  it("gives different streams to different seeds, labels and depths", () => {
    const firsts = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      firsts.add(seededRandom(seed).next());
      for (const label of ["", "a", "b", "ab", "ba"]) firsts.add(draw(seed, label, 1)[0]!);
      firsts.add(seededRandom(seed).fork("a").fork("b").next());
    }
    assert.equal(firsts.size, 200 * 7);
  });

  it("has no correlation between neighbouring seeds or forks", () => {
    const count = 4_000;
    const correlation = (xs: readonly number[], ys: readonly number[]): number =>
      xs.reduce((sum, x, index) => sum + (x - 0.5) * (ys[index]! - 0.5), 0) / count / (1 / 12);
    const bound = 4 / Math.sqrt(count);
    assert.ok(Math.abs(correlation(draw(1, "a", count), draw(2, "a", count))) < bound);
    assert.ok(Math.abs(correlation(draw(1, "a", count), draw(1, "b", count))) < bound);
    const acrossSeeds = Array.from({ length: count }, (_, seed) => seededRandom(seed).next());
    assert.ok(Math.abs(correlation(acrossSeeds.slice(1).concat(0.5), acrossSeeds)) < bound);
  });
});
