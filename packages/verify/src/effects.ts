import { hasStableKey } from "./attempts.ts";
import { cite, many, say, severityOf } from "./judgement.ts";
import type { Evidence, Judgement, ObservedCall, Target } from "./model.ts";
import { largest, median } from "./stats.ts";

/** How often the provider executed a call's requests, its own recognised repeats left out. */
export function executedIn(call: ObservedCall): number {
  return call.effects.filter((one) => !one.deduplicated).length;
}

/** Executions, those that a provider keeping the key would have recognised counted once. */
export function effectsOf(call: ObservedCall, target: Target): number {
  const executed = executedIn(call);
  return executed > 1 && hasStableKey(call.attempts, target.operation) ? 1 : executed;
}

/** Effects of a healthy call: one, or as many as one call has by design. */
export function usualEffects(evidence: Evidence, target: Target): number {
  const counts = evidence.healthy.map((call) => effectsOf(call, target));
  return Math.max(1, counts.length === 0 ? 1 : median(counts));
}

/** The failure of calls that took effect more than once. */
export function moreThanOnce(
  twice: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  target: Target,
  diagnosis: string,
): Judgement {
  const ways = [...new Set(twice.map((call) => call.experiment.split("/").at(-1)))].join(", ");
  const most = largest(twice.map((call) => effectsOf(call, target)));
  const because = `${twice.length} of ${many(calls.length, "call")} took effect more than once, up to ${most} times (${ways})`;
  return say("fail", because, calls, {
    estimate: { name: "effects of one call", value: most, unit: "effects" },
    limit: { name: "effects", value: 1, unit: "effects" },
    severity: severityOf(target, "harm") ?? "critical",
    diagnosis,
    evidence: twice
      .slice(0, 3)
      .map((call) => cite(call, `${call.effects.length} executions for one call, call ${call.outcome}`)),
  });
}
