import { defineCheck } from "../define-check.ts";
import { callsOf, cite, many, say, severityOf } from "../judgement.ts";
import type { Check, Judgement, ObservedCall, RequestRecord, Target } from "../model.ts";
import {
  effectsIn,
  type KeyedServed,
  keyedServed,
  servedKeyPath,
  servedName,
  usualEffects,
} from "../served.ts";
import { sameKey } from "../served-experiments.ts";
import { zeroBound } from "../stats.ts";

/** Is a key that was used for one thing refused for another? */
export const rejectsMismatch: Check<KeyedServed> = defineCheck<KeyedServed>({
  id: "rejects-mismatch",
  item: "reliability/idempotency",
  question: "As provider: is a known key with another body refused, without an effect?",
  rule: "Another body under a used key is answered with 422, 409 or 400 and has no effect; executing it, or answering with the first result as if it were its own, fails.",
  source: "IETF draft-ietf-httpapi-idempotency-key-header-07 §2.7 (422); holdfast guide rejects-mismatch",
  required: false,
  about: (target) => {
    const served = keyedServed(target);
    if ("notApplicable" in served || hasOtherBody(served)) return served;
    return { notApplicable: "the scenario's request has no body in which anything could differ" };
  },
  commitment: servedKeyPath,
  served: servedName,
  plan: (served, target) => [sameKey(target, served)],
  judge: (_, evidence, target) => {
    const calls = callsOf(evidence, "same-key");
    const found = calls.flatMap(mismatchOf);
    if (found.length < 3) {
      const because = `another body was sent under a used key in ${found.length} of ${many(calls.length, "sample")}, 3 are needed`;
      return say("inconclusive", because, calls);
    }
    const usual = usualEffects(evidence, target);
    const executed = found.filter(
      ({ call, other }) =>
        usual > 0 && effectsIn(call, target, other.startedMs) > 0 && effectsIn(call, target) > usual,
    );
    if (executed.length > 0) return broken(executed, found, target, "took effect");
    const taken = found.filter(({ other }) => other.status !== null && other.status < 300);
    const replayed = taken.filter(({ first, other }) => first.answer === other.answer);
    if (replayed.length > 0) return broken(replayed, found, target, "got the first result for an answer");
    if (taken.length > 0) return broken(taken, found, target, "was accepted");
    const open = found.filter(({ other }) => other.status === 429 || other.status === null);
    if (open.length > 0) {
      const what = open.map(({ other }) => other.status ?? other.error ?? "no answer");
      return say(
        "inconclusive",
        `${open.length} of ${found.length} got ${[...new Set(what)].join(", ")}, which tells nothing about the key`,
        calls,
      );
    }
    const odd = found.filter(({ other }) => ![400, 409, 422].includes(other.status ?? 0));
    if (odd.length > 0) return unclear(odd, found, target);
    const statuses = [...new Set(found.map(({ other }) => other.status))].join(", ");
    const effects = usual > 0 ? "and had no effect" : "(effects cannot be counted here)";
    const because = `${found.length} of ${found.length} other bodies under a used key were refused with ${statuses} ${effects}`;
    return say("pass", because, calls, { bound: zeroBound(found.length) });
  },
});

/** Whether a second call's body differs from the first one's in more than its key, or can be made to. */
function hasOtherBody({ act, key }: KeyedServed): boolean {
  if (act.body === null) return false;
  const rest = key.startsWith("/") ? withoutField(act.body, key) : act.body;
  return rest.includes("${call.id}") || /[:[,]\s*-?\d/.test(rest);
}

function withoutField(body: string, pointer: string): string {
  const name = pointer.split("/").at(-1);
  try {
    return JSON.stringify(JSON.parse(body), (field, value: unknown) => (field === name ? undefined : value));
  } catch {
    return body;
  }
}

interface Mismatch {
  readonly call: ObservedCall;
  readonly first: RequestRecord;
  readonly other: RequestRecord;
}

function mismatchOf(call: ObservedCall): Mismatch[] {
  const first = call.requests.find((one) => one.role === "first");
  const other = call.requests.find((one) => one.role === "other-body");
  return first === undefined || other === undefined || !first.expected ? [] : [{ call, first, other }];
}

function broken(bad: readonly Mismatch[], all: readonly Mismatch[], target: Target, what: string): Judgement {
  const because = `${bad.length} of ${many(all.length, "request")} with another body under a used key ${what}`;
  return say(
    "fail",
    because,
    all.map(({ call }) => call),
    {
      severity: severityOf(target, "harm") ?? "high",
      diagnosis:
        what === "took effect"
          ? "The key is not looked up, or only together with the body: nothing ties it to the request that it was first sent with."
          : "The key alone decides: a caller that uses it by mistake for another request is told that this was done, and it never is.",
      evidence: bad
        .slice(0, 3)
        .map((one) => cite(one.call, `first ${one.first.status}, another body ${one.other.status}`)),
    },
  );
}

function unclear(odd: readonly Mismatch[], all: readonly Mismatch[], target: Target): Judgement {
  const statuses = [...new Set(odd.map(({ other }) => other.status))].join(", ");
  const because = `${odd.length} of ${many(all.length, "request")} with another body under a used key had no effect, but were answered with ${statuses}: 422, 409 or 400 say what is wrong`;
  return say(
    "advice",
    because,
    all.map(({ call }) => call),
    {
      severity: severityOf(target, "advice") ?? "low",
      diagnosis:
        "The mismatch is met somewhere in the work and not where the key is looked up, so that the caller takes it for a failure that may pass.",
      evidence: odd.slice(0, 3).map((one) => cite(one.call, `another body got ${one.other.status}`)),
    },
  );
}
