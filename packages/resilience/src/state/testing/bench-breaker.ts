import { seededRandom } from "@holdfast/core";
import { Breaker } from "../breaker.ts";
import { type BreakerSettings, type Outcome, outcomeFailure, outcomeSuccess } from "../breaker-settings.ts";
import { Flight } from "../flight.ts";
import { plain } from "./breaker-settings.ts";

/** A breaker with what tests need around it. */
export interface BenchBreaker {
  readonly breaker: Breaker;
  /** What was told, as `closed → open @ 12`. */
  readonly told: string[];
  /** Lets an attempt pass and ends it, both at one time. */
  call(nowMs: number, outcome: Outcome, hintMs?: number): void;
  /** Lets an attempt pass, or `null` if it was rejected. */
  start(nowMs: number): Flight | null;
  /** Fails until it is open. */
  breakDown(nowMs: number): void;
}

/** A breaker with the plain settings, save those that are given. */
export function benchBreaker(settings: Partial<BreakerSettings> = {}, seed = 1): BenchBreaker {
  const told: string[] = [];
  const breaker = new Breaker({ ...plain, ...settings }, seededRandom(seed), (from, to, nowMs) => {
    told.push(`${from} → ${to} @ ${nowMs}`);
  });
  const start = (nowMs: number): Flight | null => {
    const flight = new Flight();
    return breaker.admit(flight, nowMs) ? flight : null;
  };
  const call = (nowMs: number, outcome: Outcome, hintMs = 0): void => {
    const flight = start(nowMs);
    if (flight !== null) breaker.settle(flight, nowMs, outcome, hintMs);
  };
  const breakDown = (nowMs: number): void => {
    for (const outcome of [outcomeSuccess, outcomeSuccess, outcomeFailure, outcomeFailure])
      call(nowMs, outcome);
  };
  return { breaker, told, call, start, breakDown };
}
