import type { Policy } from "@holdfast/core";
import { hasStableKey, isIdempotent, methodOf } from "../attempts.ts";
import { defineCheck } from "../define-check.ts";
import { cutOnce, statusOnce } from "../experiments.ts";
import { callsOf, cite, failIf, many, say, severityOf } from "../judgement.ts";
import { retriesDeclared } from "../limits.ts";
import type { Check, Evidence, Judgement, Measured, ObservedCall, Target } from "../model.ts";
import { zeroBound } from "../stats.ts";
import { failuresOf } from "../status-matrix.ts";

/** Does a call survive one transient failure? */
export const retriesTransient: Check<Policy> = defineCheck<Policy>({
  id: "retries-transient",
  item: "reliability/retries",
  question: "Does a call recover when only its first attempt fails?",
  rule: "After one 503, and after one reset where sending again is safe, the call is made again and succeeds. Where nothing is declared, not trying again is advice.",
  source: "Envoy's retry-on words 5xx and reset; RFC 9110 §9.2.2; holdfast guide retries-transient",
  required: true,
  countsAttempts: true,
  about: ({ integration }) =>
    integration.policy.retry?.attempts === 1
      ? { notApplicable: "the contract declares a single attempt" }
      : integration.policy,
  commitment: ({ integration }) => ["integrations", integration.name, "policy", "retry"],
  plan: (_, target) => [statusOnce(target, 503), cutOnce(target, "reset", "fresh")],
  judge: (policy, evidence, target) => {
    const parts = faults.map((fault) => partOf(fault, evidence));
    const calls = parts.flatMap((part) => part.calls);
    const method = methodOf(target, evidence.healthy) ?? "GET";
    const safe =
      isIdempotent(method, target) ||
      evidence.healthy.every((call) => hasStableKey(call.attempts, target.operation));
    const declared = retriesDeclared(policy);
    const wanted = parts.filter((part) => isWanted(part.fault, policy, safe));
    const missing = wanted.filter((part) => part.recovered < part.calls.length);
    const measured = parts.map(measure);
    if (wanted.length === 0 || (missing.length === wanted.length && !declared && !safe)) {
      const reason = `a ${method} without an idempotency key is not sent again, and nothing declares that it should be`;
      if (parts.every((part) => part.retried === 0))
        return say("not-applicable", reason, calls, { measured });
    }
    if (missing.length > 0) return notRecovered(missing, calls, target, declared, measured);
    const because = `${parts
      .filter((part) => part.recovered > 0)
      .map(
        (part) => `${part.recovered} of ${many(part.calls.length, "call")} recovered from one ${part.fault}`,
      )
      .join(", ")}`;
    return say("pass", because, calls, { measured, bound: zeroBound(calls.length) });
  },
});

const faults = ["503", "reset"] as const;
type FaultName = (typeof faults)[number];

interface Part {
  readonly fault: FaultName;
  readonly calls: readonly ObservedCall[];
  readonly retried: number;
  readonly recovered: number;
}

function partOf(fault: FaultName, evidence: Evidence): Part {
  const calls = callsOf(evidence, fault === "503" ? "503-once" : "reset-once-fresh");
  const retried = calls.filter((call) => call.attempts.length >= 2);
  const recovered = retried.filter((call) => call.outcome === "succeeded");
  return { fault, calls, retried: retried.length, recovered: recovered.length };
}

/** Whether a recovery is expected at all: what `on` leaves out is not, nor what would be unsafe. */
function isWanted(fault: FaultName, policy: Policy, safe: boolean): boolean {
  const on = policy.retry?.on;
  if (fault === "reset" && !safe) return false;
  return on === undefined || failuresOf(on).has(fault);
}

function measure(part: Part): Measured {
  return {
    name: `recovered from one ${part.fault}`,
    value: part.recovered,
    unit: `of ${part.calls.length} calls`,
  };
}

function notRecovered(
  missing: readonly Part[],
  calls: readonly ObservedCall[],
  target: Target,
  declared: boolean,
  measured: readonly Measured[],
): Judgement {
  const told = missing.map((part) => {
    const fallback = part.calls.filter(
      (call) => call.attempts.length < 2 && call.outcome === "succeeded",
    ).length;
    const beside =
      fallback > 0 ? ` (${fallback} succeeded without a second attempt: a fallback or a cache)` : "";
    return `after one ${part.fault}, ${part.retried} of ${many(part.calls.length, "call")} were made again and ${part.recovered} recovered${beside}`;
  });
  const lost = missing.flatMap((part) => part.calls.filter((call) => call.outcome !== "succeeded"));
  const standing = declared ? "although retries are declared" : "and nothing is declared about retries";
  return say(failIf(declared), `${told.join("; ")}, ${standing}`, calls, {
    measured,
    severity: severityOf(target, declared ? "broken" : "advice") ?? "medium",
    diagnosis: declared
      ? "The retry policy does not cover this failure, or what wraps the call hides it from the policy."
      : "One failed attempt fails the whole call: every blink of the provider reaches the caller.",
    evidence: lost
      .slice(0, 3)
      .map((call) => cite(call, `${many(call.attempts.length, "attempt")}, call ${call.outcome}`)),
  });
}
