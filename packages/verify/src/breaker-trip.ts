import type { BreakerFacts } from "./breaker-facts.ts";
import type { LoadView } from "./load-view.ts";
import type { ObservedCall } from "./model.ts";

/** The moment from which a declared breaker has to be open, and what still reached the provider afterwards. */
export interface Trip {
  readonly atMs: number;
  /** Failing calls that began before. */
  readonly calls: number;
  /** Calls that began after and sent requests nevertheless, and the share of all calls after it that they are. */
  readonly beyond: readonly ObservedCall[];
  readonly share: number;
}

/**
 * When the declared threshold was reached, counted in whole calls that ended: whoever counts attempts reaches it earlier. `null`:
 * never.
 */
export function tripOf({ healthy, failing }: LoadView, facts: BreakerFacts): Trip | null {
  const ended = [...healthy, ...failing]
    .filter((call) => call.endedMs !== null && call.attempts.length > 0)
    .map((call) => ({ endedMs: call.endedMs ?? 0, failed: call.attempts.at(-1)?.firedMs !== null }))
    .toSorted((a, b) => a.endedMs - b.endedMs);
  const reached = ended.find(({ endedMs, failed }, index) => {
    const until = ended.slice(0, index + 1);
    const window =
      facts.windowCalls === null
        ? until.filter((one) => one.endedMs > endedMs - facts.windowMs)
        : until.slice(-facts.windowCalls);
    const failures = window.filter((one) => one.failed).length;
    return failed && window.length >= facts.minCalls && failures / window.length >= facts.failureRate;
  });
  if (reached === undefined) return null;
  const atMs = reached.endedMs;
  const after = failing.filter((call) => call.startedMs > atMs);
  const beyond = after.filter((call) => call.attempts.length > 0);
  return {
    atMs,
    calls: failing.filter((call) => call.startedMs < atMs).length,
    beyond,
    share: beyond.length / Math.max(1, after.length),
  };
}

/** Calls beyond the declared threshold that may reach the provider before it is broken: some are under way when it is reached. */
const beyondMin = 20;
/** Where most calls after it are refused, it opens, and probes too often for an opening to be seen. */
const beyondShare = 0.5;

/** Whether so many calls reached the provider after the threshold that nothing can be said to open. */
export function isPastDoubt({ beyond, share }: Trip): boolean {
  return beyond.length >= beyondMin && share >= beyondShare;
}
