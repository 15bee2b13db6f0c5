import { formatDuration } from "@holdfast/core";
import type { LintRule } from "../lint-rule.ts";

/** How many attempt timeouts a window should hold. */
const timeoutsLeast = 2;

/** A window that has forgotten the healthy calls before the first timeout counts. */
export const shortWindow: LintRule = {
  id: "short-window",
  severity: "warning",
  doc: "A breaker's window of less than twice the attempt timeout: while attempts wait for their timeout the window empties, and what is judged is chance.",
  source: "Microsoft.Extensions.Http.Resilience: the sampling duration is at least twice the attempt timeout",
  find({ settings: { breaker, attemptTimeoutMs } }) {
    if (breaker === null || breaker.mode === "off" || breaker.windowMs === null || attemptTimeoutMs === null)
      return null;
    if (breaker.windowMs >= timeoutsLeast * attemptTimeoutMs) return null;
    const least = formatDuration(timeoutsLeast * attemptTimeoutMs);
    return {
      path: ["breaker", "window"],
      message: `A window of ${formatDuration(breaker.windowMs)} holds less than two attempts of ${formatDuration(attemptTimeoutMs)}.`,
      remedy: `Raise breaker.window to ${least} at least, or lower attemptTimeout.`,
    };
  },
};
