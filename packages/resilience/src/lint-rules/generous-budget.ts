import { formatRatio } from "@holdfast/core";
import type { LintRule } from "../lint-rule.ts";

/** The share of calls above which a budget holds back little. */
const ratioMost = 0.5;

/** A budget that hardly bounds anything. */
export const generousBudget: LintRule = {
  id: "generous-budget",
  severity: "warning",
  doc: "A budget of more than half of the calls: an outage raises the load by that much, which few providers have to spare.",
  source: "Finagle, Envoy and failsafe-go allow 20 %, gRPC stops when half of its tokens are gone",
  find({ settings: { retry, budget } }) {
    if (budget === null || budget.ratio <= ratioMost || retry === null || retry.attempts === 1) return null;
    const factor = Math.min(retry.attempts, 1 + budget.ratio);
    return {
      path: ["budget", "ratio"],
      message: `A budget of ${formatRatio(budget.ratio)} lets an outage multiply the provider's load by ${Number(factor.toFixed(2))}.`,
      remedy: "Lower budget.ratio; 20% is usual.",
    };
  },
};
