import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Random, seededRandom } from "@holdfast/core";
import { type EarlySpread, earlyNoise, earlySpread } from "./early-spread.ts";

const random = seededRandom(41);
const steps = [100, 200, 400];

/** Machines from quiet to starved: how late a wait comes. */
const machines: Readonly<Record<string, (random: Random) => number>> = {
  quiet: (chance) => -Math.log(1 - chance.next()),
  busy: (chance) => (chance.next() < 0.3 ? chance.between(0, 100) : chance.between(0, 6)),
  starved: (chance) => (chance.next() < 0.5 ? chance.between(0, 120) : chance.between(0, 15)),
};

/** How often each answer is given, in 300 runs of 40 calls with three waits each. */
function shares(
  wait: (base: number) => number,
  late: (random: Random) => number,
  least = 0.08,
): Readonly<Record<EarlySpread, number>> {
  const found = { spread: 0, none: 0, unclear: 0 };
  const times = 300;
  for (let run = 0; run < times; run++) {
    const gaps = steps.map((base) => Array.from({ length: 40 }, () => wait(base) + late(random)));
    const noise = earlyNoise(Array.from({ length: 40 }, () => late(random)));
    found[earlySpread(gaps, noise, least)] += 1 / times;
  }
  return found;
}

describe("the early half of the waits", () => {
  for (const [name, late] of Object.entries(machines)) {
    it(`never shows jitter where there is none, on a machine that is ${name}`, () => {
      for (const wait of [
        (base: number) => base,
        () => 400,
        (base: number) => base * random.between(0.97, 1.03),
      ]) {
        const found = shares(wait, late);
        assert.ok(found.spread <= 0.005, JSON.stringify(found));
      }
    });

    it(`never takes wide jitter for none, on a machine that is ${name}`, () => {
      for (const wait of [
        (base: number) => random.between(0, base),
        (base: number) => base * random.between(0.5, 1),
        (base: number) => base * random.between(0.8, 1.2),
        (base: number) => base + random.between(0, 0.1 * base),
      ]) {
        assert.ok(shares(wait, late).none <= 0.01);
      }
    });
  }

  it("shows full and equal jitter on a quiet and on a busy machine", () => {
    for (const late of [machines["quiet"], machines["busy"]]) {
      assert.ok(late !== undefined);
      assert.ok(shares((base) => random.between(0, base), late).spread >= 0.97);
      assert.ok(shares((base) => base * random.between(0.5, 1), late).spread >= 0.75);
    }
  });

  it("shows that there is none on a quiet and on a busy machine", () => {
    for (const late of [machines["quiet"], machines["busy"]]) {
      assert.ok(late !== undefined);
      assert.ok(shares((base) => 2 * base, late).none >= 0.75);
    }
  });

  it("says nothing of few calls", () => {
    assert.equal(earlySpread([[1, 2, 3]], earlyNoise([]), 0.08), "unclear");
    assert.equal(earlySpread([], earlyNoise([]), 0.08), "unclear");
  });

  it("says nothing where times without a wait lie as far apart as waits that count as spread", () => {
    const equal = steps.map((base) => Array.from({ length: 40 }, () => base * random.between(0.5, 1)));
    const wide = { halfMs: 400, quarterMs: 300 };
    assert.equal(earlySpread(equal, wide, 0.25), "unclear");
    assert.equal(earlySpread(equal, { halfMs: 1, quarterMs: 1 }, 0.25), "spread");
  });

  it("is not shown by waits of which the first are alike: a client once came late to all but those", () => {
    const alike = Array.from({ length: 40 }, (_, index) => 405 + index / 2);
    const late = Array.from({ length: 40 }, (_, index) => 408 + index * 1.3);
    const noise = { halfMs: 2.2, quarterMs: 0.5 };
    assert.equal(earlySpread([alike, late, late], noise, 0.08), "unclear");
    assert.equal(earlySpread([late, late, alike], noise, 0.08), "spread");
  });
});
