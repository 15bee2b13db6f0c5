import { formatDuration } from "@holdfast/core";
import { fitOf, quickTimes } from "../explain/attempts-in-time.ts";
import type { LintRule } from "../lint-rule.ts";

/** Attempts that never begin, however quickly the others fail. */
export const unreachableAttempts: LintRule = {
  id: "unreachable-attempts",
  severity: "error",
  doc: "Attempts that cannot begin before the deadline even if all others fail at once and chance makes the waits as short as can be: they are declared and never made.",
  source: "The runtime begins no attempt that the deadline leaves no time for",
  find({ settings }) {
    const { deadlineMs, retry } = settings;
    if (deadlineMs === null || retry === null) return null;
    const { begun } = fitOf(quickTimes(settings), "minMs");
    if (begun >= retry.attempts) return null;
    const least =
      retry.minAttemptMs === 0 ? "" : ` and the ${formatDuration(retry.minAttemptMs)} of minAttempt`;
    return {
      path: ["retry", "attempts"],
      message:
        `Of ${retry.attempts} attempts only ${begun} can ever begin: the waits${least} leave no time for more before ` +
        `the deadline of ${formatDuration(deadlineMs)}.`,
      remedy: `Write attempts: ${begun}, raise the deadline, or lower the waits.`,
    };
  },
};
