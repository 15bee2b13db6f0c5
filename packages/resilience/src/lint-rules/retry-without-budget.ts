import type { LintRule } from "../lint-rule.ts";

/** Retries that multiply the load of an outage. */
export const retryWithoutBudget: LintRule = {
  id: "retry-without-budget",
  severity: "advice",
  doc: "Retries without a budget: in an outage every call makes all its attempts, so that the provider gets many times its load just when it can bear it least.",
  source: "Finagle and Envoy allow retries for 20 % of the calls; Google's SRE book for 10 %",
  find({ settings: { retry, budget } }) {
    if (retry === null || retry.attempts === 1 || budget !== null) return null;
    return {
      path: ["retry"],
      message: `In an outage ${retry.attempts} attempts per call multiply the provider's load by ${retry.attempts}.`,
      remedy:
        "Declare budget: { ratio: 20%, minPerSecond: 1 }; it comes to at most 1.2 attempts per call at busy times.",
    };
  },
};
