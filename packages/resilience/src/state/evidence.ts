import type { BreakerSettings } from "./breaker-settings.ts";
import type { Window } from "./window.ts";

/**
 * Whether it is time to open: what has ended lately and what should have ended by now, `overdue`, is bad enough, or there were too
 * many failures in a row.
 */
export function isBad(
  settings: BreakerSettings,
  window: Window,
  overdue: number,
  failuresInARow: number,
): boolean {
  const { consecutive, minCalls, failureRate, slowRate } = settings;
  if (consecutive > 0 && failuresInARow >= consecutive) return true;
  const calls = window.calls + overdue;
  if (calls < minCalls) return false;
  return reaches(window.failures, calls, failureRate) || reaches(window.slow + overdue, calls, slowRate);
}

/** Divided rather than multiplied, so that 29 of 100 are the 0.29 that somebody wrote. */
function reaches(count: number, calls: number, rate: number): boolean {
  return count > 0 && count / calls >= rate;
}
