import { formatRatio } from "@holdfast/core";
import type { LintRule } from "../lint-rule.ts";

/** One breaker for hosts that fail apart. */
export const breakerWithoutKey: LintRule = {
  id: "breaker-without-key",
  severity: "warning",
  doc: "One breaker for calls to several hosts: one host that is down stops the calls to all of them, or is never noticed among the others.",
  source: "Finagle and Envoy judge each host by itself",
  find({ settings: { breaker }, facts: { hosts } }) {
    if (breaker === null || breaker.mode === "off" || breaker.key !== null || hosts === null || hosts <= 1)
      return null;
    const share = formatRatio(1 / hosts);
    const effect =
      1 / hosts >= breaker.failureRate
        ? `one that is down fails ${share} of them, and stops those to all others`
        : `one that is down fails only ${share} of them, and ${formatRatio(breaker.failureRate)} open it`;
    return {
      path: ["breaker"],
      message: `One breaker judges the calls to ${hosts} hosts together: ${effect}.`,
      remedy: "Declare breaker.key, and bind it to what tells the hosts apart.",
    };
  },
};
