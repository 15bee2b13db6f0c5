import { formatDuration } from "@holdfast/core";
import type { LintRule } from "../lint-rule.ts";

/** Probes that are given up before they can fail. */
export const shortProbeWait: LintRule = {
  id: "short-probe-wait",
  severity: "warning",
  doc: "A breaker that gives a probe up before its timeout: a provider that hangs is then never found to be down, and gets a new probe each time one is given up.",
  source: "A probe's result counts only while it holds its place; the default is twice the attempt timeout",
  find({ settings: { breaker, attemptTimeoutMs, deadlineMs } }) {
    if (breaker === null || breaker.mode === "off") return null;
    const timeoutMs = attemptTimeoutMs ?? deadlineMs;
    if (timeoutMs === null || breaker.probeWaitMs >= timeoutMs) return null;
    const name = attemptTimeoutMs === null ? "deadline" : "attemptTimeout";
    return {
      path: ["breaker", "probeWait"],
      message:
        `A probe is given up after ${formatDuration(breaker.probeWaitMs)}, before the ${name} of ` +
        `${formatDuration(timeoutMs)} makes it a failure.`,
      remedy: `Raise breaker.probeWait to ${formatDuration(2 * timeoutMs)}, or leave it out: that is the default.`,
    };
  },
};
