import { formatDuration } from "@holdfast/core";
import { timeFacts } from "../explain/time-facts.ts";
import type { LintRule } from "../lint-rule.ts";

/** A breaker for more calls than its own policy lets through. */
export const breakerNeverOpens: LintRule = {
  id: "breaker-never-opens",
  severity: "error",
  doc: "A breaker that waits for more calls in its window than the policy's own rate lets start: it never opens. Decided only where both count the same calls.",
  source: "Arithmetic: burst and rate bound what starts, attempts what each of them makes",
  find({ settings }) {
    const { breaker, rate } = settings;
    if (breaker === null || breaker.mode === "off" || rate === null) return null;
    const { windowMs, minCalls, consecutive } = breaker;
    if (windowMs === null || consecutive !== null) return null;
    // Several keys of the rate may add up to the calls of one breaker.
    if (rate.key !== null && rate.key !== breaker.key) return null;
    // Attempts of calls that began before the window fall into it too.
    const { longestMs } = timeFacts(settings);
    if (longestMs === null) return null;
    const calls = rate.burst + ((windowMs + longestMs) * rate.calls) / rate.perMs;
    const attempts = Math.floor(calls * (settings.retry?.attempts ?? 1));
    if (attempts >= minCalls) return null;
    return {
      path: ["breaker", "minCalls"],
      message:
        `The rate of ${rate.calls} per ${formatDuration(rate.perMs)} lets at most ${attempts} attempts into a window of ` +
        `${formatDuration(windowMs)}, but the breaker waits for ${minCalls}.`,
      remedy: "Lower breaker.minCalls, raise breaker.window, or declare breaker.consecutive.",
    };
  },
};
