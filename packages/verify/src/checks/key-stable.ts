import { isSafe, keyOf, methodOf } from "../attempts.ts";
import { defineCheck } from "../define-check.ts";
import { cutOnce, lostReply, outage, silence } from "../experiments.ts";
import { cite, failIf, many, say, severityOf } from "../judgement.ts";
import { keyCommitment } from "../key-candidates.ts";
import type { Check, ObservedCall } from "../model.ts";
import { callsSentAgain, experimentNames, faultedCalls } from "../sent-again.ts";
import { zeroBound } from "../stats.ts";

/** Is it one key for one call, on every attempt? */
export const keyStable: Check<string | null> = defineCheck<string | null>({
  id: "key-stable",
  item: "reliability/idempotency",
  question: "Does every attempt of one call carry the same key?",
  rule: "Within a call, whatever failed before (status, silence, reset, lost reply), the key never changes and is never left out.",
  source: "IETF draft-ietf-httpapi-idempotency-key-header-07 §2; holdfast guide key-stable",
  required: true,
  countsAttempts: true,
  about: ({ operation }) => operation.idempotencyKey,
  commitment: keyCommitment,
  plan: (_, target) => [
    outage(target),
    silence(target),
    cutOnce(target, "reset", "fresh"),
    lostReply(target, "reset"),
  ],
  needs: () => [],
  judge: (declared, evidence, target) => {
    const calls = callsSentAgain(evidence);
    const method = methodOf(target, evidence.healthy) ?? "GET";
    if (declared === null && isSafe(method))
      return say("not-applicable", `${method} asks for no effect`, calls);
    const keyed = calls.filter((call) => call.attempts.some((one) => keyOf(one, target.operation) !== null));
    const sent = evidence.healthy.some((call) =>
      call.attempts.some((one) => keyOf(one, target.operation) !== null),
    );
    if (!sent && keyed.length === 0) return say("not-applicable", "no key is sent", calls);
    if (calls.length === 0) {
      const tried = faultedCalls(evidence);
      if (tried.length < 3)
        return say("inconclusive", "nothing failed, so nothing could be sent again", tried);
      return say("not-applicable", `nothing was sent again in ${many(tried.length, "failing call")}`, tried);
    }
    const changed = calls.filter((call) => keysOf(call, target.operation).size > 1);
    if (changed.length > 0) {
      const because = `in ${changed.length} of ${many(calls.length, "call")} with more than one attempt the key changed or was missing`;
      return say(failIf(declared !== null), because, calls, {
        severity: severityOf(target, "harm") ?? "critical",
        diagnosis:
          "The key is made inside what is retried, so the provider takes every attempt for a new request.",
        evidence: changed
          .slice(0, 3)
          .map((call) => cite(call, `${keysOf(call, target.operation).size} keys in one call`)),
      });
    }
    const because = `one key on all attempts in ${many(calls.length, "call")} that were sent again (${experimentNames(calls)})`;
    if (calls.length < 3) return say("inconclusive", `${because}; 3 are needed`, calls);
    return say("pass", because, calls, { bound: zeroBound(calls.length) });
  },
});

function keysOf(call: ObservedCall, operation: Parameters<typeof keyOf>[1]): Set<string> {
  return new Set(call.attempts.map((one) => keyOf(one, operation)?.value ?? "(none)"));
}
