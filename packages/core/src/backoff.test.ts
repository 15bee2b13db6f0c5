import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Backoff, backoffOf, longestWaitMs, nextWait, waitBounds, waits } from "./backoff.ts";
import { jitterKinds } from "./policy.ts";
import type { Random } from "./random.ts";
import { seededRandom } from "./seeded-random.ts";

/** Chance that always says the same: 0 for the least, nearly 1 for the most. */
function always(share: number): Random {
  const random: Random = {
    next: () => share,
    between: (lo, hi) => lo + share * (hi - lo),
    integer: (lo, hi) => Math.floor(lo + share * (hi - lo)),
    pick: ([first]) => first as never,
    fork: () => random,
  };
  return random;
}

const base: Backoff = backoffOf({ baseMs: 100, capMs: 1_000 });
const sequence = (jitter: Backoff["jitter"], share: number): readonly number[] =>
  waits({ ...base, jitter }, 5, always(share)).map((waitMs) => Math.round(waitMs));

/** Every wait fits its bounds, the cap and one timer. */
function assertWithin(backoff: Backoff, retry: number, waitMs: number): void {
  const { minMs, maxMs } = waitBounds(backoff, retry);
  assert.ok(waitMs >= 0 && waitMs <= Math.min(longestWaitMs, backoff.capMs), `${waitMs}`);
  assert.ok(waitMs >= minMs * (1 - 1e-9) - 1e-9, `${waitMs} is below ${minMs}`);
  assert.ok(waitMs <= maxMs * (1 + 1e-9) + 1e-9, `${waitMs} is above ${maxMs}`);
}

describe("backoff", () => {
  const table: readonly [Backoff["jitter"], least: readonly number[], most: readonly number[]][] = [
    ["none", [100, 200, 400, 800, 1_000], [100, 200, 400, 800, 1_000]],
    ["full", [0, 0, 0, 0, 0], [100, 200, 400, 800, 1_000]],
    ["equal", [50, 100, 200, 400, 500], [100, 200, 400, 800, 1_000]],
    ["proportional", [80, 160, 320, 640, 800], [120, 240, 480, 960, 1_000]],
    ["decorrelated", [100, 100, 100, 100, 100], [300, 900, 1_000, 1_000, 1_000]],
  ];
  for (const [jitter, least, most] of table) {
    it(`gives ${jitter} its formula from the least to the most`, () => {
      assert.deepEqual(sequence(jitter, 0), least);
      assert.deepEqual(sequence(jitter, 1), most);
    });
  }

  it("gives polly-v2 the curve of Polly 8", () => {
    // x(t) = 2^t·tanh(√(4t)) at t = 0.5, 1.5, 2.5; waits are the differences over 1.4.
    const x = [0.5, 1.5, 2.5].map((t) => 2 ** t * Math.tanh(Math.sqrt(4 * t)));
    const expected = [x[0]!, x[1]! - x[0]!, x[2]! - x[1]!].map((step) => Math.round((step / 1.4) * 100));
    assert.deepEqual(sequence("polly-v2", 0.5).slice(0, 3), expected);
    assert.deepEqual(expected, [90, 109, 204]);
  });

  it("averages polly-v2 near the base for the first retry", () => {
    const random = seededRandom(7);
    const first = Array.from({ length: 20_000 }, () =>
      nextWait({ ...base, jitter: "polly-v2" }, 0, null, random),
    );
    const mean = first.reduce((sum, { waitMs }) => sum + waitMs, 0) / first.length;
    assert.ok(Math.abs(mean - 88) < 3, `mean ${mean}`);
  });

  it("stays a number within its bounds, the cap and one timer, whatever the settings", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...jitterKinds),
        fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e12, noNaN: true })),
        fc.double({ min: 1, max: 100, noNaN: true }),
        fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.double({ min: 0, max: 1e12, noNaN: true })),
        fc.oneof(fc.nat(12), fc.integer({ min: 1_000, max: 3_000 })),
        fc.nat(),
        (jitter, baseMs, factor, capMs, retry, seed) => {
          const backoff = { baseMs, factor, capMs, jitter };
          const random = seededRandom(seed);
          let memory: number | null = null;
          for (let before = Math.max(0, retry - 5); before < retry; before++) {
            memory = nextWait(backoff, before, memory, random).memory;
          }
          assertWithin(backoff, retry, nextWait(backoff, retry, memory, random).waitMs);
          if (retry >= 1_024) seen.add(jitter);
          if (baseMs === 0) seen.add("no base");
        },
      ),
      { numRuns: 2_000 },
    );
    assert.deepEqual([...seen].sort(), [...jitterKinds, "no base"].sort());
  });

  it("never waits with a base of 0, however far the factor has grown", () => {
    for (const jitter of jitterKinds) {
      assert.equal(
        nextWait({ baseMs: 0, factor: 2, capMs: 1_000, jitter }, 5_000, null, always(0.5)).waitMs,
        0,
      );
    }
  });

  it("waits the cap where 2^t overflows in polly-v2", () => {
    const random = always(0.5);
    const before = nextWait({ ...base, jitter: "polly-v2" }, 1_100, null, random);
    assert.equal(before.waitMs, 1_000);
    assert.equal(nextWait({ ...base, jitter: "polly-v2" }, 1_101, before.memory, random).waitMs, 1_000);
  });
});
