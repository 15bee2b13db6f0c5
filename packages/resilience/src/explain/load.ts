import type { PolicySettings } from "@holdfast/core";

/** What the retry budget allows per call at this rate; `Infinity` without a budget. */
export function retriesAllowed(settings: Pick<PolicySettings, "budget">, ratePerSecond: number): number {
  const { budget } = settings;
  return budget === null ? Number.POSITIVE_INFINITY : budget.ratio + budget.minPerSecond / ratePerSecond;
}

/** By what a provider's load grows when every call fails in a way that is tried again. `Infinity` is the rate of a service so busy
 * that what a budget allows per second no longer shows. */
export function loadFactor(
  settings: Pick<PolicySettings, "retry" | "budget">,
  ratePerSecond: number,
): number {
  return Math.min(settings.retry?.attempts ?? 1, 1 + retriesAllowed(settings, ratePerSecond));
}

/**
 * The share of calls that succeed when each attempt fails with the probability `failing`, whatever became of those before: `1 − pⁿ`
 * as long as the budget allows as many retries as that takes, p + p² + … per call. Beyond it, every attempt that is made still
 * succeeds with `1 − p`, and there are `1 + allowed` of them per call.
 */
export function successShare(failing: number, attempts: number, allowed: number): number {
  let wanted = 0;
  for (let retry = 1; retry < attempts; retry++) wanted += failing ** retry;
  return wanted <= allowed ? 1 - failing ** attempts : (1 - failing) * (1 + allowed);
}
