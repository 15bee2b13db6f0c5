import { formatDuration } from "@holdfast/core";
import type { LintRule } from "../lint-rule.ts";

/** A cap that never decides. */
export const retryAfterBeyondDeadline: LintRule = {
  id: "retry-after-beyond-deadline",
  severity: "advice",
  doc: "A cap of Retry-After beyond the deadline: the call gives up on any wait that outlasts the deadline, so that the cap never decides anything.",
  source: "The runtime gives up at once on a wait that the deadline leaves no time for, as got does",
  find({ policy, settings: { deadlineMs, retry } }) {
    // The default lies above most deadlines on purpose.
    const capMs = policy.retry?.retryAfter?.capMs;
    if (capMs === undefined || deadlineMs === null || capMs <= deadlineMs || retry?.attempts === 1)
      return null;
    return {
      path: ["retry", "retryAfter", "cap"],
      message: `A wait of up to ${formatDuration(capMs)} is said to be kept, but the call ends at ${formatDuration(deadlineMs)}.`,
      remedy: "Remove retryAfter.cap, or lower it below the deadline.",
    };
  },
};
