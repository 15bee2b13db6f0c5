import assert from "node:assert/strict";
import { it } from "node:test";
import { type Random, seededRandom } from "@holdfast/core";
import fc from "fast-check";
import { Breaker } from "./breaker.ts";
import {
  type BreakerSettings,
  type BreakerState,
  type Outcome,
  outcomeFailure,
  outcomeNeutral,
  outcomeSuccess,
} from "./breaker-settings.ts";
import { Flight, noGeneration } from "./flight.ts";
import {
  type BreakerEvent,
  type BreakerHistory,
  breakerModel,
  longer,
  noHistory,
  passes,
  retryAfterModel,
} from "./testing/breaker-model.ts";
import { breakerSettings, breakerSteps, type Step } from "./testing/breaker-steps.ts";

const outcomes: Readonly<Record<string, Outcome>> = {
  success: outcomeSuccess,
  failure: outcomeFailure,
  neutral: outcomeNeutral,
};

/** Chance in eighths, so that no time is rounded, whatever the origin of the clock. */
function inEighths(seed: number): Random {
  const random = seededRandom(seed);
  return { ...random, between: (lo, hi) => Math.round(random.between(lo, hi) * 8) / 8 };
}

/** A breaker and its model side by side. The breaker's process may start again, with a monotonic clock of its own. */
class Pair {
  readonly seen: Set<string> = new Set();
  readonly #settings: BreakerSettings;
  readonly #random: Random;
  readonly #modelRandom: Random;
  readonly #flights: Flight[] = [];
  #told: { readonly from: BreakerState; readonly to: BreakerState; readonly atMs: number }[] = [];
  #breaker: Breaker;
  #history: BreakerHistory;
  #atMs = 1_000;
  #originMs = 0;

  constructor(settings: BreakerSettings, seed: number) {
    this.#settings = settings;
    this.#random = inEighths(seed);
    this.#modelRandom = inEighths(seed);
    this.#breaker = this.#open();
    this.#history = noHistory(settings);
  }

  take(step: Step): void {
    this.#atMs += step.waitMs;
    const event = this.#eventOf(step);
    const before = this.#history;
    const { openJitter } = this.#settings;
    const nextSpread = (): number => this.#modelRandom.between(1 - openJitter, 1 + openJitter);
    const { history, passes } = breakerModel(before, event, this.#atMs, {
      settings: this.#settings,
      nextSpread,
    });
    this.#history = history;
    if (this.#atMs < history.nowMs) this.seen.add("time went back");
    this.#note(event, before, passes);

    const answer = this.#play(event);

    if (event.do === "admit") assert.equal(answer, passes);
    if (event.do === "look") this.#assertSameLook();
    assert.deepEqual(
      this.#told,
      history.changes.map(({ from, to, atMs }) => ({ from, to, atMs })),
    );
  }

  #open(): Breaker {
    return new Breaker(this.#settings, this.#random, (from, to, nowMs) => {
      this.#told.push({ from, to, atMs: nowMs + this.#originMs });
    });
  }

  #eventOf(step: Step): BreakerEvent {
    if (step.do === "admit") return { do: "admit", who: this.#flights.length };
    if (step.do !== "settle") return step;
    const who = this.#flights.length - 1 - step.back;
    return who < 0 ? { do: "look" } : { ...step, who };
  }

  #play(event: BreakerEvent): unknown {
    const nowMs = this.#atMs - this.#originMs;
    if (event.do === "admit") {
      const flight = new Flight();
      this.#flights.push(flight);
      return this.#breaker.admit(flight, nowMs);
    }
    if (event.do === "force") return this.#breaker.force(event.to, nowMs);
    if (event.do === "restart") return this.#restart(nowMs);
    if (event.do === "look") return null;
    const flight = this.#flights[event.who];
    if (flight !== undefined)
      this.#breaker.settle(flight, nowMs, outcomes[event.outcome] as Outcome, event.hintMs);
    return null;
  }

  /** The clock of the new process starts at another time, a whole number of buckets away. */
  #restart(nowMs: number): void {
    const wallMs = 1_700_000_000_000;
    const snapshot: unknown = JSON.parse(JSON.stringify(this.#breaker.snapshot(wallMs, nowMs)));
    const latestMs = this.#history.nowMs;
    this.#atMs = latestMs;
    this.#originMs = Math.floor(latestMs / 4) * 4;
    this.#breaker = this.#open();
    for (const flight of this.#flights) flight.generation = noGeneration; // They ended with their process.
    this.#breaker.restore(snapshot, wallMs, latestMs - this.#originMs);
  }

  #assertSameLook(): void {
    const nowMs = this.#atMs - this.#originMs;
    const world = { settings: this.#settings, nextSpread: () => 1 };
    const expected = {
      state: this.#history.state,
      retryAfterMs: retryAfterModel(this.#history, world),
      peek: passes(this.#history, world),
    };
    const look = {
      state: this.#breaker.state(nowMs),
      retryAfterMs: this.#breaker.retryAfterMs(nowMs),
      peek: this.#breaker.peek(nowMs),
    };
    assert.deepEqual(look, expected);
  }

  #note(event: BreakerEvent, before: BreakerHistory, passes: boolean): void {
    const { mode } = this.#settings;
    for (const { from, to, why } of this.#history.changes.slice(before.changes.length)) {
      this.seen.add(`${from} → ${to}`).add(`because ${why.replace(longer, "")}`);
      if (why.endsWith(longer)) this.seen.add(`because ${longer}`);
    }
    if (event.do === "admit")
      this.seen.add(`${mode}, ${this.#history.state}: ${passes ? "passes" : "rejected"}`);
    if (event.do !== "settle") return;
    const isHeard = this.#history.ends.length > before.ends.length;
    const isOfEra = before.attempts.findLast(({ who }) => who === event.who)?.era === before.era;
    const how = isHeard ? "heard" : isOfEra ? "too late or twice" : "of another generation";
    this.seen.add(`${before.state}: ${event.outcome}, ${how}`);
  }
}

const changes = [
  "closed → open",
  "open → half-open",
  "half-open → closed",
  "half-open → open",
  "closed → half-open", // By a restart only, as the property's model has it.
  "open → closed",
  ...["closed", "open", "half-open", "disabled"].map((from) => `${from} → forced-open`),
  ...["closed", "open", "half-open", "forced-open"].map((from) => `${from} → disabled`),
  "forced-open → closed",
  "disabled → closed",
];

const reasons = [
  "failures",
  "in a row",
  "slow",
  "overdue",
  longer,
  "probes succeeded",
  "probes failed",
  "its time was over",
  "by hand",
  "restored",
].map((why) => `because ${why}`);

const admissions = [
  "on, closed: passes",
  "on, open: rejected",
  "on, half-open: passes",
  "on, half-open: rejected",
  "on, forced-open: rejected",
  "on, disabled: passes",
  ...["closed", "open", "half-open", "forced-open", "disabled"].map((state) => `shadow, ${state}: passes`),
  "off, disabled: passes",
];

it("does what a model of all that ever happened would, in every state and through every change", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(breakerSettings, breakerSteps, fc.nat(), (settings, steps, seed) => {
      const pair = new Pair(settings, seed);
      for (const step of steps) pair.take(step);
      for (const what of pair.seen) seen.add(what);
    }),
    { numRuns: 1_500 },
  );
  const states = ["closed", "open", "half-open", "forced-open", "disabled"];
  const outcomes = ["success", "failure", "neutral"];
  const endings = [
    ...states.flatMap((state) => outcomes.map((outcome) => `${state}: ${outcome}, of another generation`)),
    ...["closed", "half-open"].flatMap((state) =>
      outcomes.flatMap((outcome) => [
        `${state}: ${outcome}, heard`,
        `${state}: ${outcome}, too late or twice`,
      ]),
    ),
  ];
  assert.deepEqual(
    [...seen].sort(),
    [...changes, ...reasons, ...admissions, ...endings, "time went back"].sort(),
  );
});
