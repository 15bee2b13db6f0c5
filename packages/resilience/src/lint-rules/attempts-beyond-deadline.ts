import { formatDuration } from "@holdfast/core";
import { fitOf, hangingTimes, longestMs, quickTimes } from "../explain/attempts-in-time.ts";
import type { LintRule } from "../lint-rule.ts";

/** Attempts that a slow provider leaves no time for. */
export const attemptsBeyondDeadline: LintRule = {
  id: "attempts-beyond-deadline",
  severity: "warning",
  doc: "Attempts that do not all fit before the deadline when none is answered: against a provider that hangs, the last of them are never made or are cut short.",
  source:
    "The sum of attempt timeouts and waits; Envoy counts retries into the total timeout for the same reason",
  find({ settings }) {
    const { deadlineMs, attemptTimeoutMs, retry } = settings;
    if (deadlineMs === null || attemptTimeoutMs === null || retry === null) return null;
    const times = hangingTimes(settings);
    const worst = fitOf(times, "maxMs").whole;
    if (worst >= retry.attempts || fitOf(quickTimes(settings), "minMs").begun < retry.attempts) return null;
    const lastMs = Math.max(0, times.minAttemptMs - attemptTimeoutMs);
    const neededMs = longestMs({ ...times, deadlineMs: Number.POSITIVE_INFINITY }) + lastMs;
    const needed = formatDuration(Math.ceil(neededMs));
    return {
      path: ["retry", "attempts"],
      message:
        `At worst ${retry.attempts} attempts and their waits take ${needed}, but the deadline is ` +
        `${formatDuration(deadlineMs)}: ${worst} of them fit, ${fitOf(times, "meanMs").whole} when the waits are of average length.`,
      remedy: `Raise the deadline to ${needed}, or lower attempts, attemptTimeout or the waits.`,
    };
  },
};
