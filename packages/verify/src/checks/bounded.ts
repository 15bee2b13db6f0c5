import { gapsOf, withoutReplays } from "../attempts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { outage } from "../experiments.ts";
import { callsOf, cite, failIf, many, say, severityOf } from "../judgement.ts";
import { attemptsLimit, type Limit, millis } from "../limits.ts";
import type { Check, Evidence, Judgement, ObservedCall, Target } from "../model.ts";
import { largest, median, smallest, zeroBound } from "../stats.ts";

/** Does retrying ever end, and where the contract says? */
export const bounded: Check<Limit> = defineCheck<Limit>({
  id: "bounded",
  item: "reliability/retries",
  question: "When the provider stays down, do the attempts of one call end, and within the declared number?",
  rule: "No call makes more attempts than declared, whatever the fault; 90 attempts, or a steady rate still going on at the horizon, is endless. Undeclared, more than 5 is advice.",
  source:
    "WASABI's missing-cap oracle, 90 attempts (SOSP 2024); Gremlin's HasBoundedRetries (ICDCS 2016); holdfast guide bounded",
  required: true,
  countsAttempts: true,
  about: (target) => attemptsLimit(target),
  commitment: policyPath("retry", "attempts"),
  plan: (_, target) => [outage(target)],
  judge: (limit, evidence, target) => {
    const outageCalls = callsOf(evidence, "503-forever");
    const counted = outageCalls.map((call) => ({ call, attempts: countOf(call) }));
    const endless = outageCalls.filter(isEndless);
    if (endless.length > 0) return endlessRetry(endless, outageCalls, target);
    const over = everyCall(evidence).filter((call) => countOf(call) > limit.value);
    if (limit.declared && over.length > 0) return aboveLimit(over, outageCalls, limit, target);
    const open = outageCalls.filter((call) => call.endedMs === null);
    const most = largest(counted.map((one) => one.attempts));
    const estimate = {
      name: "attempts of one call",
      value: median(counted.map((one) => one.attempts)),
      unit: "attempts",
      interval: [smallest(counted.map((one) => one.attempts)), most] as const,
    };
    const shared = { estimate, limit: { name: "attempts", value: limit.value, unit: "attempts" } };
    if (open.length > 0) {
      const watchedMs = smallest(open.map((call) => call.watchedUntilMs - call.startedMs));
      const because = `${open.length} of ${many(outageCalls.length, "call")} were not seen to end within ${millis(watchedMs)}, after up to ${many(most, "attempt")} at growing intervals`;
      return say("inconclusive", because, outageCalls, {
        ...shared,
        evidence: open.slice(0, 3).map((call) => cite(call, "still trying or waiting at the horizon")),
      });
    }
    const overOutage = outageCalls.filter((call) => countOf(call) > limit.value);
    if (overOutage.length > 0) return aboveLimit(overOutage, outageCalls, limit, target);
    const because = `no call made more than ${many(most, "attempt")} in ${outageCalls.length} calls to a provider that stayed down (${limit.declared ? "declared" : "default"}: ${limit.value})`;
    return say("pass", because, outageCalls, { ...shared, bound: zeroBound(outageCalls.length) });
  },
});

/** So many attempts in one call are endless wherever they lead (WASABI's constant). */
const endlessAttempts = 90;
/** A call this busy that has not slowed down when the watch ends will not end by itself. */
const busyAttempts = 20;

function countOf(call: ObservedCall): number {
  return withoutReplays(call.attempts).length;
}

function everyCall(evidence: Evidence): ObservedCall[] {
  return Object.values(evidence.experiments).flatMap((one) => one.calls);
}

function isEndless(call: ObservedCall): boolean {
  if (call.attempts.length >= endlessAttempts) return true;
  if (call.attempts.length < busyAttempts) return false;
  const gaps = gapsOf(call.attempts);
  const third = Math.floor(gaps.length / 3);
  const early = median(gaps.slice(0, third));
  const late = median(gaps.slice(-third));
  const last = call.attempts.at(-1)?.arrivedMs ?? 0;
  const goesOn = call.watchedUntilMs - last <= 3 * Math.max(late, 50);
  return goesOn && late <= 1.25 * Math.max(early, 5);
}

function endlessRetry(
  endless: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  target: Target,
): Judgement {
  const most = largest(endless.map((call) => call.attempts.length));
  const watchedMs = largest(endless.map((call) => call.watchedUntilMs - call.startedMs));
  const because = `${endless.length} of ${many(calls.length, "call")} were retried without end: ${most} attempts in ${millis(watchedMs)}, at an unchanging rate`;
  return say("fail", because, calls, {
    estimate: { name: "attempts of one call, at least", value: most, unit: "attempts" },
    limit: { name: "attempts", value: attemptsLimit(target).value, unit: "attempts" },
    diagnosis:
      "Nothing counts the attempts: while the provider is down, every call turns into a stream of requests to it.",
    severity: severityOf(target, "harm") ?? "critical",
    evidence: endless.slice(0, 3).map((call) => cite(call, `${call.attempts.length} attempts`)),
  });
}

function aboveLimit(
  over: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  limit: Limit,
  target: Target,
): Judgement {
  const most = largest(over.map(countOf));
  const against = limit.declared
    ? `the declared ${limit.value}`
    : `the default of ${limit.value} (nothing is declared)`;
  return say(
    failIf(limit.declared),
    `one call made ${most} attempts, more than ${against}; it ended`,
    calls,
    {
      estimate: { name: "attempts of one call", value: most, unit: "attempts" },
      limit: { name: "attempts", value: limit.value, unit: "attempts" },
      diagnosis: limit.declared
        ? "The count is off: retries were counted instead of attempts, or two layers retry and their numbers multiply."
        : "More attempts than most outages deserve: each one adds load to a provider that is already down.",
      severity: severityOf(target, limit.declared ? "broken" : "advice") ?? "medium",
      evidence: over
        .toSorted((a, b) => countOf(b) - countOf(a))
        .slice(0, 3)
        .map((call) => cite(call, `${countOf(call)} attempts`)),
    },
  );
}
