import { isSafe, keyOf, methodOf } from "../attempts.ts";
import { defineCheck } from "../define-check.ts";
import { healthyCalls } from "../experiments.ts";
import { cite, failIf, many, percent, say, severityOf } from "../judgement.ts";
import { keyCommitment } from "../key-candidates.ts";
import type { Check, ObservedCall } from "../model.ts";
import { zeroBound } from "../stats.ts";

/** Is it another key for another call? */
export const keyUnique: Check<string | null> = defineCheck<string | null>({
  id: "key-unique",
  item: "reliability/idempotency",
  question: "Does every call have a key of its own?",
  rule: "Over at least 30 distinct calls no key is used twice; equal payloads are no excuse.",
  source: "IETF draft-ietf-httpapi-idempotency-key-header-07 §2; holdfast guide key-unique",
  required: true,
  about: ({ operation }) => operation.idempotencyKey,
  commitment: keyCommitment,
  plan: (_, target) => [healthyCalls(target)],
  needs: () => [],
  judge: (declared, evidence, target) => {
    const calls = evidence.healthy;
    const method = methodOf(target, calls) ?? "GET";
    if (declared === null && isSafe(method))
      return say("not-applicable", `${method} asks for no effect`, calls);
    const keys = calls.flatMap((call) => {
      const first = call.attempts[0];
      const key = first === undefined ? null : keyOf(first, target.operation);
      return key === null || first === undefined
        ? []
        : [{ call, key: key.value, body: first.request.bodyDigest }];
    });
    if (keys.length === 0) return say("not-applicable", "no key is sent", calls);
    const reused = duplicates(keys);
    if (reused.length > 0) {
      const distinct = new Set(keys.map((one) => one.key)).size;
      const because = `${many(keys.length, "call")} used only ${many(distinct, "key")}: ${reused.length} calls share theirs with another`;
      const samePayload = reused.every((one) =>
        keys.some((other) => other !== one && other.key === one.key && other.body === one.body),
      );
      return say(failIf(declared !== null), because, calls, {
        severity: severityOf(target, "harm") ?? "critical",
        diagnosis:
          distinct === 1
            ? "The key is a constant: the provider takes every call after the first for a repetition and answers with the first result."
            : `The key is derived from something that calls share${samePayload ? " (their payloads are equal)" : ""}, so two orders that are alike become one.`,
        evidence: reused.slice(0, 3).map((one) => cite(one.call, "its key was used by another call too")),
      });
    }
    const because = `${many(keys.length, "call")}, as many keys`;
    if (keys.length < keysMin) {
      const more = { experiment: "healthy", samples: keysMin - keys.length, buys: "enough keys to compare" };
      return say("inconclusive", `${because}; ${keysMin} are needed to call them unique`, calls, { more });
    }
    const bound = zeroBound(keys.length);
    return say("pass", `${because}; reuse is below ${percent(bound)} with 95 % confidence`, calls, { bound });
  },
});

/** Fewer keys that differ could differ by chance. */
const keysMin = 30;

interface Keyed {
  readonly call: ObservedCall;
  readonly key: string;
  readonly body: string;
}

function duplicates(keys: readonly Keyed[]): Keyed[] {
  const counts = new Map<string, number>();
  for (const { key } of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return keys.filter(({ key }) => (counts.get(key) ?? 0) > 1);
}
