/** How a breaker judges, complete: durations in ms, rates and shares from 0 to 1. */
export interface BreakerSettings {
  /** `on` rejects; `shadow` lets everything pass and only tells what it would do; `off` does nothing. */
  readonly mode: "on" | "shadow" | "off";
  /** The span over which calls are counted, unless `windowCalls` says how many are. */
  readonly windowMs: number;
  /** Counts the last so many calls; 0 for a span of time. */
  readonly windowCalls: number;
  /** No rate is judged on fewer calls. */
  readonly minCalls: number;
  readonly failureRate: number;
  /** Opens after so many failures in a row, whatever the rate; 0 for never. */
  readonly consecutive: number;
  /** A call that takes longer is slow; Infinity for none. */
  readonly slowOverMs: number;
  readonly slowRate: number;
  /** How long it stays open at first, times what for every further opening in a row, and at most. */
  readonly openBaseMs: number;
  readonly openFactor: number;
  readonly openCapMs: number;
  /** The share by which chance lengthens or shortens that time, so that instances do not probe together. */
  readonly openJitter: number;
  /** How many calls are let through to see whether the provider is back. */
  readonly probes: number;
  /** The share of them that must succeed. */
  readonly probeSuccess: number;
  /** How long a probe holds its place before another may take it. */
  readonly probeWaitMs: number;
}

/** What a breaker is doing. `forced-open` and `disabled` last until somebody says otherwise. */
export type BreakerState = "closed" | "open" | "half-open" | "forced-open" | "disabled";

/** What an attempt says about its provider; `neutral`: nothing, as when the caller gave up. */
export type Outcome = 0 | 1 | 2;
export const outcomeSuccess: Outcome = 0;
export const outcomeFailure: Outcome = 1;
export const outcomeNeutral: Outcome = 2;
