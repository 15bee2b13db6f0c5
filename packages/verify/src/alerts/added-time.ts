import type { CallRecord } from "../model.ts";
import { median } from "../stats.ts";

/** How long healthy calls take their callers, by scenario, in milliseconds: the median. */
export function usualTimes(
  calls: readonly CallRecord[],
  scenarioOf: (experiment: string) => string,
): ReadonlyMap<string, number> {
  const healthy = calls.filter(
    ({ phase, outcome }) => (phase === "gate" || phase === "warm-up") && outcome === "succeeded",
  );
  const byScenario = Map.groupBy(healthy, ({ experiment }) => scenarioOf(experiment));
  return new Map([...byScenario].map(([scenario, those]) => [scenario, median(those.map(lasted))]));
}

/**
 * By how much longer each call took than a healthy one, in milliseconds. Its caller waits for more than the integration, so what is beyond
 * a latency here was beyond it there too.
 */
export function addedTimes(calls: readonly CallRecord[], usualMs: number): readonly number[] {
  return calls.map((call) => lasted(call) - usualMs);
}

/** How many of them are beyond each limit, by its percentile. */
export function slowerThan(
  addedMs: readonly number[],
  limits: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const counts = Object.entries(limits).map(([percentile, limitMs]) => [
    percentile,
    addedMs.filter((ms) => ms > limitMs).length,
  ]);
  return Object.fromEntries(counts);
}

/** One that did not end lasted as long as it was watched, at least. */
function lasted({ startedMs, endedMs, horizonMs }: CallRecord): number {
  return endedMs === null ? horizonMs : endedMs - startedMs;
}
