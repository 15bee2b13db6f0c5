import { formatDuration } from "@holdfast/core";
import type { LintRule } from "../lint-rule.ts";

/** Slow calls that are timeouts before they are slow. */
export const slowNeverSeen: LintRule = {
  id: "slow-never-seen",
  severity: "error",
  doc: "A breaker that takes attempts for slow only when they have timed out already: as failures they are counted anyway, and no slow success is ever seen.",
  source: "An attempt ends at its timeout, so that none lasts longer",
  find({ settings: { breaker, attemptTimeoutMs, deadlineMs } }) {
    if (breaker === null || breaker.mode === "off" || breaker.slow === null) return null;
    const timeoutMs = attemptTimeoutMs ?? deadlineMs;
    const { overMs } = breaker.slow;
    if (timeoutMs === null || overMs < timeoutMs) return null;
    const name = attemptTimeoutMs === null ? "deadline" : "attemptTimeout";
    return {
      path: ["breaker", "slow", "over"],
      message: `No attempt takes longer than ${formatDuration(overMs)}: the ${name} ends it after ${formatDuration(timeoutMs)}.`,
      remedy: `Lower breaker.slow.over below ${formatDuration(timeoutMs)}, or remove breaker.slow.`,
    };
  },
};
