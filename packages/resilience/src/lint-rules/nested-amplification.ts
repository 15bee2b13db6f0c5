import { loadFactor } from "../explain/load.ts";
import type { LintRule } from "../lint-rule.ts";

/** The most attempts per call of a whole chain that a provider should have to bear. */
const factorMost = 4;

/** Layers that multiply one another's attempts. */
export const nestedAmplification: LintRule = {
  id: "nested-amplification",
  severity: "warning",
  doc: "Several layers that each try again: the provider gets the product of their attempts, more than four for each call.",
  source: "Google's SRE book on retries at several levels of the stack: retry at one of them",
  find({ settings, facts: { nested, ratePerSecond } }) {
    if (nested.length === 0) return null;
    // Without a rate, a budget is taken for that of a busy service, where only its ratio counts.
    const rate = ratePerSecond ?? Number.POSITIVE_INFINITY;
    const factors = [settings, ...nested].map((layer) => loadFactor(layer, rate));
    const product = factors.reduce((all, factor) => all * factor, 1);
    if (product <= factorMost) return null;
    const told = (value: number): string => String(Number(value.toFixed(2)));
    return {
      path: ["retry", "attempts"],
      message: `In an outage ${factors.map(told).join(" × ")} attempts make ${told(product)} for each call of the outermost layer.`,
      remedy: "Let one layer try again and give the others one attempt, or give each a budget.",
    };
  },
};
