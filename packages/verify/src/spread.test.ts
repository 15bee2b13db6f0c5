import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { judgeSpread, noiseWidthMs, relativeWidth, type Spread } from "./spread.ts";
import { byIndex, type Schedule, schedules, simulate } from "./testing/schedules.ts";

const noiseMs = 2.6;

/** How often, in 300 simulated runs that go on to 40 calls while they are undecided, each verdict is reached. */
function shares(schedule: Schedule, centre?: number): Readonly<Record<Spread["verdict"], number>> {
  const random = seededRandom(17);
  const found = { spread: 0, none: 0, weak: 0, undecided: 0, "too-noisy": 0 };
  const rounds = 300;
  for (let round = 0; round < rounds; round++) found[sequential(schedule, random, centre)] += 1 / rounds;
  return found;
}

function sequential(
  schedule: Schedule,
  random: ReturnType<typeof seededRandom>,
  centre?: number,
): Spread["verdict"] {
  let rows = simulate(schedule, 12, 2, random);
  for (;;) {
    const { verdict } = judgeSpread(byIndex(rows), noiseMs, centre);
    if (verdict !== "undecided" || rows.length >= 40) return verdict;
    rows = [...rows, ...simulate(schedule, 14, 2, random)];
  }
}

describe("the spread of waits", () => {
  it("calls a schedule without jitter spread in 1 % of runs at most", () => {
    for (const name of ["exponential", "steady", "steadyShort", "linear"] as const) {
      const found = shares(schedules[name]);
      assert.ok(found.spread <= 0.01, `${name}: ${found.spread}`);
      assert.ok(found.none + found.weak >= 0.95, name);
    }
  });

  it("calls ±3 % too little to part callers", () => {
    const found = shares(schedules.threePercent);
    assert.ok(found.spread <= 0.01, String(found.spread));
    assert.ok(found.weak >= 0.85, String(found.weak));
  });

  it("sees the weakest real jitters: 0–100 ms on 1 s, ±10 %, 0–20 %", () => {
    for (const name of ["additive", "tenPercent", "upToTwenty", "equal", "full"] as const) {
      const found = shares(schedules[name]);
      assert.ok(found.spread >= 0.93, `${name}: ${found.spread}`);
      assert.ok(found.none + found.weak <= 0.02, `${name}: ${found.weak}`);
    }
  });

  it("decides at once where a wide jitter is declared", () => {
    assert.ok(shares(schedules.full, 0.25).spread >= 0.99);
    assert.ok(shares(schedules.equal, 0.25).spread >= 0.99);
    const found = shares(schedules.threePercent, 0.25);
    assert.ok(found.weak + found.none >= 0.99);
  });

  it("does not take noise for jitter, nor hide jitter in it", () => {
    const random = seededRandom(2);
    const noisy = Array.from({ length: 12 }, () => 20 + random.between(0, 20));
    assert.equal(judgeSpread([noisy], 21).verdict, "too-noisy");
    assert.equal(judgeSpread([noisy], 1).verdict, "spread");
    const calm = Array.from({ length: 12 }, () => 20 + random.between(0, 0.2));
    assert.equal(judgeSpread([calm], 21).verdict, "none");
  });

  it("does not take noise for a wide jitter that is declared: that grows with the wait, and noise does not", () => {
    const random = seededRandom(3);
    const waits = (widthMs: (base: number) => number) =>
      [100, 200, 400].map((base) =>
        Array.from({ length: 26 }, () => base + random.between(0, widthMs(base))),
      );
    const noise = waits(() => 120);
    assert.equal(judgeSpread(noise, 60, 0.25).verdict, "too-noisy");
    assert.equal(judgeSpread(noise, 20, 0.25).verdict, "spread", "far beyond the noise it is the consumer's");
    assert.equal(
      judgeSpread(
        waits((base) => 0.5 * base),
        60,
        0.25,
      ).verdict,
      "spread",
    );
    const steady = Array.from({ length: 26 }, () => 200 + random.between(0, 120));
    assert.equal(
      judgeSpread([steady, steady], 60, 0.25).verdict,
      "too-noisy",
      "waits of one length cannot tell",
    );
  });

  it("is not moved by single late waits", () => {
    const steady = Array.from({ length: 20 }, (_, index) => (index === 3 ? 481 : 400 + (index % 3)));
    assert.ok(relativeWidth(steady, 1).seen < 0.02);
  });

  it("takes noise for as wide as its tail when the machine is busy now and then", () => {
    assert.equal(noiseWidthMs({ sigmaMs: 0.3, p99Ms: 42 }), 42);
    assert.equal(noiseWidthMs({ sigmaMs: 2, p99Ms: 4 }), 7);
  });

  it("does not take the widest of many indices for all of them", () => {
    const flat = Array.from({ length: 12 }, (_, index) => 500 + (index % 2));
    const wide = Array.from({ length: 12 }, (_, index) => 500 + 20 * index);
    assert.equal(judgeSpread([flat, wide, flat, flat], noiseMs).verdict, "none");
    assert.equal(judgeSpread([flat, wide, wide, flat], noiseMs).verdict, "spread");
    assert.equal(
      judgeSpread([...Array.from({ length: 9 }, () => flat), wide, wide, wide, wide], noiseMs).verdict,
      "none",
    );
  });

  it("takes shorter waits that vary beside longer ones that do not for noise", () => {
    const short = Array.from({ length: 12 }, (_, index) => 400 + 4 * index);
    const long = Array.from({ length: 12 }, (_, index) => 1_600 + (index % 4));
    assert.equal(judgeSpread([short, long], noiseMs).verdict, "none");
    assert.equal(judgeSpread([short, long, long], noiseMs).verdict, "none");
    const wild = Array.from({ length: 12 }, (_, index) => 400 + 25 * index);
    const busy = Array.from({ length: 12 }, (_, index) => 1_200 + 4 * index);
    assert.equal(judgeSpread([wild, busy], noiseMs).verdict, "none");
    const calm = Array.from({ length: 12 }, (_, index) => 420 + (index % 4));
    assert.equal(judgeSpread([short, calm, short], noiseMs).verdict, "none");
  });

  it("sees in two narrow waits that a wide jitter is not there; one may be chance", () => {
    const noisy = Array.from({ length: 12 }, (_, index) => 100 + 3 * index);
    const calm = Array.from({ length: 12 }, (_, index) => 200 + index);
    const calmer = Array.from({ length: 12 }, (_, index) => 400 + index);
    assert.equal(judgeSpread([noisy, calm, calmer], noiseMs, 0.25).verdict, "weak");
    const wide = Array.from({ length: 12 }, (_, index) => 600 + 40 * index);
    assert.equal(judgeSpread([noisy, calm, wide], noiseMs, 0.25).verdict, "spread");
  });

  it("does not hold a cap, or jitter of equal milliseconds, against shorter waits", () => {
    const wide = Array.from({ length: 12 }, (_, index) => 800 + 40 * index);
    const capped = Array.from({ length: 12 }, (_, index) => 1_500 + (index % 2));
    assert.equal(judgeSpread([wide, capped], noiseMs).verdict, "spread");
    assert.equal(judgeSpread([wide, capped, capped], noiseMs).verdict, "spread");
    const additive = [1_000, 2_000, 4_000].map((wait) =>
      Array.from({ length: 12 }, (_, index) => wait + 20 * index),
    );
    assert.equal(judgeSpread(additive, noiseMs).verdict, "spread");
  });

  it("takes the widest index", () => {
    const flat = Array.from({ length: 12 }, (_, index) => 500 + (index % 2));
    const wide = Array.from({ length: 12 }, (_, index) => 1_000 + 40 * index);
    const found = judgeSpread([flat, wide], noiseMs);
    assert.equal(found.verdict, "spread");
    assert.equal(found.index, 1);
  });
});
