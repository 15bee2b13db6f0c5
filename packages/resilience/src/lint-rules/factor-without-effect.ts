import type { LintRule } from "../lint-rule.ts";

/** By what these kinds of jitter grow, whatever the factor says. */
const growth = {
  decorrelated: "draws each wait from between the base and three times the wait before",
  "polly-v2": "doubles by itself",
} as const;

/** A factor that the jitter does not know. */
export const factorWithoutEffect: LintRule = {
  id: "factor-without-effect",
  severity: "error",
  doc: "A factor beside a jitter that grows in its own way: the waits do not become longer by what is declared.",
  source: "The formulas of decorrelated jitter (the AWS architecture blog) and of Polly 8 have no factor",
  find({ policy, settings: { retry } }) {
    const factor = policy.retry?.backoff?.factor;
    if (retry === null || factor === undefined) return null;
    const { jitter } = retry.backoff;
    if (jitter !== "decorrelated" && jitter !== "polly-v2") return null;
    // With one wait nothing grows, whatever the jitter; and what doubles may be said to double.
    if (retry.attempts <= 2 || (jitter === "polly-v2" && factor === 2)) return null;
    return {
      path: ["retry", "backoff", "factor"],
      message: `A factor of ${factor} has no effect: jitter ${jitter} ${growth[jitter]}.`,
      remedy: "Remove retry.backoff.factor, or write jitter: full, which knows it.",
    };
  },
};
