import { formatDuration } from "@holdfast/core";
import { loadFactor } from "../explain/load.ts";
import type { LintRule } from "../lint-rule.ts";

/** A breaker for more calls than there are. */
export const minCallsUnreachable: LintRule = {
  id: "min-calls-unreachable",
  severity: "error",
  doc: "A breaker that waits for more calls in its window than the declared rate brings, even if every call makes all its attempts: it never opens.",
  source:
    "The breaker judges no rate on fewer than minCalls attempts; Polly and resilience4j ask for 100, out of reach of many a process",
  find({ settings, facts: { ratePerSecond } }) {
    const { breaker } = settings;
    if (ratePerSecond === null || breaker === null || breaker.mode === "off") return null;
    const { windowMs, minCalls, consecutive } = breaker;
    if (windowMs === null || consecutive !== null) return null;
    // Even traffic fills a window up to the next whole number now and then.
    const attempts = Math.ceil((ratePerSecond * loadFactor(settings, ratePerSecond) * windowMs) / 1_000);
    if (attempts >= minCalls) return null;
    return {
      path: ["breaker", "minCalls"],
      message:
        `At a rate of ${ratePerSecond} per second a window of ${formatDuration(windowMs)} never sees more than ` +
        `${attempts} attempts, but the breaker waits for ${minCalls}.`,
      remedy: `Lower breaker.minCalls to ${Math.max(1, Math.floor(attempts / 2))}, raise breaker.window, or declare breaker.consecutive.`,
    };
  },
};
