import type { Policy } from "@holdfast/core";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { cutOnce, statusOnce } from "../experiments.ts";
import type { Check } from "../model.ts";
import { judgeRecovery, partOf } from "../recovery.ts";

/** Does a call survive one transient failure? */
export const retriesTransient: Check<Policy> = defineCheck<Policy>({
  id: "retries-transient",
  item: "reliability/retries",
  question: "Does a call recover when only its first attempt fails?",
  rule: "After one 503, and after one reset where sending again is safe, the call is made again and succeeds. Where nothing is declared, not trying again is advice.",
  source: "Envoy's retry-on words 5xx and reset; RFC 9110 §9.2.2; holdfast guide retries-transient",
  required: true,
  timed: true,
  countsAttempts: true,
  about: ({ integration }) =>
    integration.policy.retry?.attempts === 1
      ? { notApplicable: "the contract declares a single attempt" }
      : integration.policy,
  commitment: policyPath("retry"),
  plan: (_, target) => [statusOnce(target, 503), cutOnce(target, "reset", "fresh")],
  judge: (policy, evidence, target) => {
    const parts = failures.map((failure) => partOf(failure, evidence));
    return judgeRecovery(parts, policy, evidence, target);
  },
});

const failures = [
  { failure: "503", words: "503", experiment: "503-once" },
  { failure: "reset", words: "reset", experiment: "reset-once-fresh" },
] as const;
