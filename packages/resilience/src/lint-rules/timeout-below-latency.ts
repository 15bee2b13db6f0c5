import { formatDuration } from "@holdfast/core";
import type { LintRule } from "../lint-rule.ts";

/** A timeout that ends healthy attempts. */
export const timeoutBelowLatency: LintRule = {
  id: "timeout-below-latency",
  severity: "warning",
  doc: "An attempt timeout that more than one in a hundred healthy answers outlast: it makes failures of successes, and each is tried again while the first is still executed.",
  source:
    "Amazon Builders' Library: choose the timeout by an accepted rate of false timeouts, such as 0.1 %, hence the p99.9",
  find({ settings: { attemptTimeoutMs }, facts: { providerP99Ms } }) {
    if (attemptTimeoutMs === null || providerP99Ms === null || attemptTimeoutMs > providerP99Ms) return null;
    return {
      path: ["attemptTimeout"],
      message:
        `An attempt is given up after ${formatDuration(attemptTimeoutMs)}, but one healthy answer in a hundred takes ` +
        `${formatDuration(providerP99Ms)} or longer.`,
      remedy: "Raise attemptTimeout above the provider's p99.9.",
    };
  },
};
