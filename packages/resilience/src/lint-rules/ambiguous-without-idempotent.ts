import { isAmbiguousRetryWord } from "@holdfast/core";
import type { LintRule } from "../lint-rule.ts";

/** Words that promise retries which are not made. */
export const ambiguousWithoutIdempotent: LintRule = {
  id: "ambiguous-without-idempotent",
  severity: "warning",
  doc: "Words of `on` for failures after which the provider may have executed the call, in a policy that does not say whether that does harm: such failures are not tried again unless a call says that it is idempotent.",
  source: "RFC 9110, section 9.2.2: only idempotent requests are repeated by themselves",
  find({ policy, settings: { retry } }) {
    if (policy.idempotent !== undefined || retry === null || retry.attempts === 1) return null;
    const on = retry.on ?? [];
    const words = on.filter(isAmbiguousRetryWord);
    const [first] = words;
    if (first === undefined) return null;
    return {
      path: ["retry", "on", on.indexOf(first)],
      message:
        `After ${words.join(", ")} the provider may have executed the call. As the policy does not say that this does ` +
        "no harm, the call is not sent again.",
      remedy:
        "Write idempotent: true where calls carry an idempotency key or change nothing; else idempotent: false, without these words.",
    };
  },
};
