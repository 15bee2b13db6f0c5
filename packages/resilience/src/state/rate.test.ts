import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { RateLimit, type RateSettings } from "./rate.ts";
import { type RateEntry, rateModel } from "./testing/rate-model.ts";

/** Whole milliseconds for each place, so that model and machine reckon without rounding. */
const settings: fc.Arbitrary<RateSettings> = fc.record({
  calls: fc.constantFrom(1, 4, 10),
  perMs: fc.constantFrom(100, 1_000),
  burst: fc.integer({ min: 1, max: 6 }),
});

const steps = fc.array(
  fc.record({
    waitMs: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 120 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: -200, max: 0 }) },
    ),
    maxWaitMs: fc.constantFrom(0, 100, 1_000, Number.POSITIVE_INFINITY),
    cost: fc.constantFrom(1, 1, 1, 2, 3, 8),
    givesUp: fc.nat(9),
  }),
  { maxLength: 60, size: "max" },
);

interface RateStep {
  readonly waitMs: number;
  readonly maxWaitMs: number;
  readonly cost: number;
  readonly givesUp: number;
}

interface Held extends RateEntry {
  readonly startMs: number;
}

/** A limit and all that was ever asked of it. */
class Played {
  readonly #settings: RateSettings;
  readonly #limit: RateLimit;
  readonly #history: RateEntry[] = [];
  #held: readonly Held[] = [];
  #nowMs = 0;
  #latestMs = Number.NEGATIVE_INFINITY;

  constructor(settings: RateSettings) {
    this.#settings = settings;
    this.#limit = new RateLimit(settings);
  }

  /** Asks for a place, compares the answers with the model's, and tells what happened. */
  ask({ waitMs, maxWaitMs, cost }: RateStep): string {
    this.#nowMs += waitMs;
    this.#latestMs = Math.max(this.#latestMs, this.#nowMs);
    const expected = rateModel(this.#history, this.#settings, this.#latestMs, cost);
    const fits = cost <= this.#settings.burst;
    assert.equal(this.#limit.retryAfterMs(this.#nowMs, cost), fits ? expected : Number.POSITIVE_INFINITY);

    const told = this.#limit.take(this.#nowMs, maxWaitMs, cost);

    assert.equal(told, expected <= maxWaitMs ? expected : -1);
    if (told < 0) return "refused";
    this.#history.push({ askedMs: this.#latestMs, cost });
    this.#held = [...this.#held, { askedMs: this.#latestMs, cost, startMs: this.#latestMs + told }];
    this.#assertMeanRate();
    return this.#nowMs < this.#latestMs ? "back in time" : told === 0 ? "at once" : "later";
  }

  /** Lets one of those that wait give up, if the number names one. */
  giveUp(which: number): string {
    const quitter = this.#held.filter(({ startMs }) => startMs > this.#latestMs)[which];
    if (quitter === undefined) return "nobody gave up";
    this.#limit.giveBack(quitter.cost);
    this.#history.push({ askedMs: Number.NEGATIVE_INFINITY, cost: -quitter.cost });
    this.#held = this.#held.filter((other) => other !== quitter);
    return "gave up";
  }

  /** Places may come close together where some were given back, but there are never more than the rate allows since the first call. */
  #assertMeanRate(): void {
    const { calls, perMs, burst } = this.#settings;
    const sinceMs = this.#history[0]?.askedMs as number;
    const untilMs = Math.max(...this.#held.map(({ startMs }) => startMs));
    const places = this.#held.reduce((sum, { cost }) => sum + cost, 0);
    assert.ok(
      places <= burst + ((untilMs - sinceMs) * calls) / perMs,
      `${places} in ${untilMs - sinceMs} ms`,
    );
  }
}

describe("RateLimit", () => {
  it("gives each call the place that the history of all calls leaves it", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(settings, steps, (settings, steps) => {
        const played = new Played(settings);
        for (const step of steps) seen.add(played.ask(step)).add(played.giveUp(step.givesUp));
      }),
      { numRuns: 400 },
    );
    assert.deepEqual([...seen].sort(), [
      "at once",
      "back in time",
      "gave up",
      "later",
      "nobody gave up",
      "refused",
    ]);
  });

  it("lets a refused call go after exactly the time it was told, and not a little before", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 997 }),
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 1e10, noNaN: true }),
        (calls, perMs, burst, nowMs) => {
          const full = (): RateLimit => {
            const limit = new RateLimit({ calls, perMs, burst });
            for (let call = 0; call < burst; call++) assert.equal(limit.take(nowMs, 0), 0);
            return limit;
          };
          const limit = full();
          const retryAfterMs = limit.retryAfterMs(nowMs);
          fc.pre(perMs / calls > 0.1);
          assert.equal(limit.take(nowMs, 0), -1);
          assert.equal(limit.retryAfterMs(nowMs), retryAfterMs);
          assert.equal(limit.take(nowMs + retryAfterMs, 0), 0);
          assert.equal(full().take(nowMs + retryAfterMs - 0.05, 0), -1);
        },
      ),
    );
  });

  it("keeps to its rate over any span", () => {
    const limit = new RateLimit({ calls: 50, perMs: 1_000, burst: 5 });
    const starts: number[] = [];
    for (let nowMs = 0; nowMs < 10_000; nowMs += 3) if (limit.take(nowMs, 0) === 0) starts.push(nowMs);

    for (const [first, from] of starts.entries()) {
      for (const [more, until] of starts.slice(first).entries()) {
        assert.ok(more + 1 <= 5 + (until - from) / 20 + 1e-6, `${more + 1} from ${from} to ${until}`);
      }
    }
    assert.ok(starts.length > 495, `${starts.length} of the 505 that it may give`);
  });

  it("makes a call that costs more than the burst wait for the rest ahead", () => {
    const limit = new RateLimit({ calls: 10, perMs: 1_000, burst: 2 });
    assert.equal(limit.take(0, 200, 5), -1);
    assert.equal(limit.take(0, 300, 5), 300);
    assert.equal(limit.retryAfterMs(0, 2), 500);
    assert.equal(limit.retryAfterMs(0, 3), Number.POSITIVE_INFINITY);
  });

  it("takes a wait of a microsecond for none", () => {
    const limit = new RateLimit({ calls: 1_000, perMs: 1, burst: 1 });
    assert.equal(limit.take(0, 0), 0);
    assert.equal(limit.take(0, 0), 0);
    assert.equal(limit.take(0, 0), -1);
  });

  it("counts one place unless told otherwise", () => {
    const limit = new RateLimit({ calls: 1, perMs: 1_000, burst: 1 });
    assert.equal(limit.take(0, 0), 0);
    assert.equal(limit.retryAfterMs(0), 1_000);
    assert.equal(limit.take(0, 1_000), 1_000);
    limit.giveBack();
    assert.equal(limit.retryAfterMs(0), 1_000);
  });
});
