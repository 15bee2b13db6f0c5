import type { Evidence, ObservedCall } from "./model.ts";

/** Calls in which a fault took hold, of every experiment. */
export function faultedCalls(evidence: Evidence): ObservedCall[] {
  return Object.values(evidence.experiments)
    .flatMap((one) => one.calls)
    .filter((call) => call.attempts.some((one) => one.firedMs !== null));
}

/** Those of them that made more than one attempt. */
export function callsSentAgain(evidence: Evidence): ObservedCall[] {
  return faultedCalls(evidence).filter((call) => call.attempts.length > 1);
}

/** The experiments that calls are from: `503-once, reset-once-fresh`. */
export function experimentNames(calls: readonly ObservedCall[]): string {
  const names = new Set(calls.map((call) => call.experiment.split("/").at(-1)));
  return [...names].slice(0, 6).join(", ");
}
