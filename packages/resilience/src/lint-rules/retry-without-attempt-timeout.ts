import { formatDuration } from "@holdfast/core";
import type { LintRule } from "../lint-rule.ts";

/** Retries that a provider which hangs never gets to. */
export const retryWithoutAttemptTimeout: LintRule = {
  id: "retry-without-attempt-timeout",
  severity: "warning",
  doc: "Retries without a timeout for each attempt: the first attempt that is not answered takes all the time there is, and the others are never made.",
  source: "Microsoft.Extensions.Http.Resilience: an attempt timeout inside the total one",
  find({ settings }) {
    const { deadlineMs, attemptTimeoutMs, retry } = settings;
    if (attemptTimeoutMs !== null || retry === null || retry.attempts === 1) return null;
    const until =
      deadlineMs === null ? "for ever" : `for the whole deadline of ${formatDuration(deadlineMs)}`;
    return {
      path: ["retry"],
      message: `One attempt that is not answered lasts ${until}, so that none of the other ${retry.attempts - 1} is made.`,
      remedy:
        "Declare an attemptTimeout above the provider's slowest healthy answers, its p99.9 for example.",
    };
  },
};
