import { formatDuration } from "@holdfast/core";
import { hangingTimes, longestMs } from "../explain/attempts-in-time.ts";
import type { LintRule } from "../lint-rule.ts";

/** Retries that nothing but their number ends. */
export const retryWithoutDeadline: LintRule = {
  id: "retry-without-deadline",
  severity: "warning",
  doc: "Retries without a deadline over all of them: the caller waits for the sum of attempts and waits, and for what the provider asks for on top.",
  source: "Envoy and Microsoft.Extensions.Http.Resilience put a total timeout around all retries",
  find({ settings }) {
    const { deadlineMs, retry } = settings;
    if (deadlineMs !== null || retry === null || retry.attempts === 1) return null;
    const worstMs = longestMs(hangingTimes(settings));
    const asked = formatDuration(retry.retryAfter.capMs);
    const longest = Number.isFinite(worstMs)
      ? `take ${formatDuration(Math.ceil(worstMs))} when none is answered`
      : "take for ever when one is not answered";
    return {
      path: ["retry"],
      message: `No deadline bounds the ${retry.attempts} attempts: they ${longest}, and each wait may be ${asked} if the provider asks for it.`,
      remedy: "Declare a deadline: what the caller can wait for, less what the service itself needs.",
    };
  },
};
