import { firedIn, isIdempotent, isSafe, keyOf, methodOf } from "../attempts.ts";
import { defineCheck } from "../define-check.ts";
import { lostReply } from "../experiments.ts";
import { callsOf, cite, many, say, severityOf } from "../judgement.ts";
import { candidateKeys, keyCommitment } from "../key-candidates.ts";
import type { Check, Evidence, Judgement, ObservedCall, Target } from "../model.ts";
import { zeroBound } from "../stats.ts";

/** Does a request with an effect carry a key? */
export const keyPresent: Check<string | null> = defineCheck<string | null>({
  id: "key-present",
  item: "reliability/idempotency",
  question: "Does every request with an effect carry an idempotency key?",
  rule: "The declared header or field, else one known to carry keys, is there on every request; methods without an effect need none.",
  source:
    "IETF draft-ietf-httpapi-idempotency-key-header-07, its list of implementations; holdfast guide key-present",
  required: true,
  about: ({ operation }) => operation.idempotencyKey,
  commitment: keyCommitment,
  plan: (_, target) => [lostReply(target, "reset")],
  needs: () => [],
  judge: (declared, evidence, target) => {
    const calls = evidence.healthy.filter((call) => call.attempts.length > 0);
    const method = methodOf(target, calls) ?? "GET";
    if (declared === null && isIdempotent(method, target)) {
      const why = isSafe(method) ? "asks for no effect" : "is idempotent without a key";
      return say("not-applicable", `${method} ${why}`, calls);
    }
    const without = calls.filter((call) =>
      call.attempts.some((one) => keyOf(one, target.operation) === null),
    );
    if (without.length > 0) return absent(declared, without, calls, evidence, target);
    const name = calls.flatMap((call) => call.attempts.map((one) => keyOf(one, target.operation)?.name))[0];
    return say("pass", `all ${calls.length} healthy calls carry ${name ?? "a key"}`, calls, {
      bound: zeroBound(calls.length),
    });
  },
});

function absent(
  declared: string | null,
  without: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  evidence: Evidence,
  target: Target,
): Judgement {
  const method = methodOf(target, calls) ?? "POST";
  const counted = `${without.length} of ${many(calls.length, "healthy call")}`;
  const citations = without.slice(0, 3).map((call) => cite(call, "no key"));
  if (declared !== null) {
    return say("fail", `${counted} do not carry the declared key ${declared}`, calls, {
      severity: severityOf(target, "broken") ?? "high",
      diagnosis: "The contract promises a key that the code does not send, or does not send on every path.",
      evidence: citations,
    });
  }
  const candidates = candidateKeys(calls);
  const resent = callsOf(evidence, "lost-reply-reset").filter((call) => call.attempts.length > 1);
  const risk =
    resent.length > 0
      ? `and after a lost reply ${many(resent.length, "call")} of ${callsOf(evidence, "lost-reply-reset").length} were sent again`
      : "so the request cannot be sent again safely";
  const hint =
    candidates.length > 0
      ? `; ${candidates.join(", ")} changes with every call, but nothing says it is a key`
      : "";
  return say("advice", `${counted} (${method}) carry no idempotency key, ${risk}${hint}`, calls, {
    fired: firedIn(resent),
    severity: severityOf(target, resent.length > 0 ? "broken" : "advice") ?? "medium",
    diagnosis: "Nothing lets the provider tell a second request for the same thing from a new one.",
    evidence: citations,
  });
}
