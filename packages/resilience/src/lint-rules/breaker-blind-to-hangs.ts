import { formatDuration } from "@holdfast/core";
import type { LintRule } from "../lint-rule.ts";

/** A breaker that a provider which hangs never opens. */
export const breakerBlindToHangs: LintRule = {
  id: "breaker-blind-to-hangs",
  severity: "warning",
  doc: "A breaker that never opens on a provider that hangs: because nothing ends its attempts, or because so few places are held by them for so long that too few attempts end within its window.",
  source:
    "Arithmetic: a place sees one timeout per attempt timeout; resilience4j leaves calls in flight uncounted too",
  find({ settings }) {
    const { breaker, limit, attemptTimeoutMs, deadlineMs } = settings;
    if (breaker === null || breaker.mode === "off") return null;
    const timeoutMs = attemptTimeoutMs ?? deadlineMs;
    if (timeoutMs === null) {
      if (breaker.slow !== null) return null;
      return {
        path: ["breaker"],
        message: "Nothing ends an attempt that is not answered, so that the breaker never sees one fail.",
        remedy: "Declare attemptTimeout and deadline, or breaker.slow, which counts attempts in flight.",
      };
    }
    const { windowMs, minCalls, consecutive, key } = breaker;
    if (windowMs === null || consecutive !== null || limit === null) return null;
    if (limit.key !== null && limit.key !== key) return null;
    // A place that ends an attempt as the window begins ends one more for each timeout in it; in flight it counts when it is slow.
    const perPlace = Math.floor(windowMs / timeoutMs) + 1 + (breaker.slow === null ? 0 : 1);
    const attempts = limit.concurrent * perPlace;
    if (attempts >= minCalls) return null;
    return {
      path: ["breaker", "minCalls"],
      message:
        `While the provider hangs, ${limit.concurrent} places end at most ${attempts} attempts of ${formatDuration(timeoutMs)} within a ` +
        `window of ${formatDuration(windowMs)}, but the breaker waits for ${minCalls}.`,
      remedy: "Lower breaker.minCalls, raise breaker.window, or declare breaker.consecutive.",
    };
  },
};
