import type { Policy } from "@holdfast/core";
import { hasStableKey, isIdempotent, methodOf } from "./attempts.ts";
import { callsOf, cite, failIf, many, say, severityOf } from "./judgement.ts";
import { retriesDeclared } from "./limits.ts";
import type { Evidence, Judgement, Measured, ObservedCall, Target } from "./model.ts";
import { zeroBound } from "./stats.ts";
import { failuresOf } from "./status-matrix.ts";

/** One failure of the first attempt, and what the calls that met it did. */
export interface Part {
  /** As a cell of the matrix is called: `503`, `reset`, `hang`. */
  readonly failure: string;
  /** As it is called in a sentence: "after one …". */
  readonly words: string;
  readonly calls: readonly ObservedCall[];
  readonly retried: number;
  readonly recovered: number;
}

/** What an experiment shows whose first attempt of each call fails, and whose next one would pass. */
export function partOf(
  failure: { readonly failure: string; readonly words: string; readonly experiment: string },
  evidence: Evidence,
): Part {
  const calls = callsOf(evidence, failure.experiment);
  const retried = calls.filter((call) => call.attempts.length >= 2);
  const recovered = retried.filter((call) => call.outcome === "succeeded");
  const { failure: name, words } = failure;
  return { failure: name, words, calls, retried: retried.length, recovered: recovered.length };
}

/** Whether calls recover from these failures, where the contract and the kind of request let one expect it. */
export function judgeRecovery(
  parts: readonly Part[],
  policy: Policy,
  evidence: Evidence,
  target: Target,
): Judgement {
  const calls = parts.flatMap((part) => part.calls);
  const method = methodOf(target, evidence.healthy) ?? "GET";
  const safe =
    isIdempotent(method, target) ||
    evidence.healthy.every((call) => hasStableKey(call.attempts, target.operation));
  const declared = retriesDeclared(policy);
  const wanted = parts.filter((part) => isWanted(part.failure, policy, safe));
  const missing = wanted.filter((part) => part.recovered < part.calls.length);
  const measured = parts.map(measure);
  if (wanted.length === 0 && parts.every((part) => !isCovered(part.failure, policy))) {
    const because = `retry.on leaves out ${parts.map((part) => part.words).join(" and ")}`;
    return say("not-applicable", because, calls, { measured });
  }
  const idle = parts.every((part) => part.retried === 0);
  if (wanted.length === 0 || (idle && missing.length === wanted.length && !declared && !safe)) {
    const because = `a ${method} without an idempotency key is not sent again, and nothing declares that it should be`;
    return say("not-applicable", idle ? because : unsafe(method, parts), calls, { measured });
  }
  if (missing.length > 0) return notRecovered(missing, calls, target, declared, measured);
  const because = parts
    .filter((part) => part.recovered > 0)
    .map((part) => `${part.recovered} of ${many(part.calls.length, "call")} recovered from one ${part.words}`)
    .join(", ");
  return say("pass", because, calls, { measured, bound: zeroBound(calls.length) });
}

/** Whether a recovery is expected at all: what `on` leaves out is not, nor what would be unsafe. */
function isWanted(failure: string, policy: Policy, safe: boolean): boolean {
  return (failure === "503" || safe) && isCovered(failure, policy);
}

function isCovered(failure: string, policy: Policy): boolean {
  const on = policy.retry?.on;
  return on === undefined || failuresOf(on).has(failure);
}

function unsafe(method: string, parts: readonly Part[]): string {
  const retried = parts.reduce((total, part) => total + part.retried, 0);
  return `nothing makes it safe to send a ${method} without an idempotency key again, which was done in ${many(retried, "call")}`;
}

function measure(part: Part): Measured {
  return {
    name: `recovered from one ${part.words}`,
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
    return `after one ${part.words}, ${part.retried} of ${many(part.calls.length, "call")} were made again and ${part.recovered} recovered${beside}`;
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
