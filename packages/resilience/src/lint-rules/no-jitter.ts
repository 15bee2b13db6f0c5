import type { LintRule } from "../lint-rule.ts";

/** Waits that are the same for everybody. */
export const noJitter: LintRule = {
  id: "no-jitter",
  severity: "warning",
  doc: "Waits without jitter: callers that fail together come back together, and the provider meets the same peak again.",
  source: "The AWS architecture blog on exponential backoff and jitter",
  find({ settings: { retry } }) {
    if (retry === null || retry.attempts === 1 || retry.backoff.jitter !== "none") return null;
    return {
      path: ["retry", "backoff", "jitter"],
      message: `All callers that fail at the same moment make their ${retry.attempts === 2 ? "retry" : "retries"} at the same moment.`,
      remedy: "Write jitter: full, or leave it out: full is the default.",
    };
  },
};
