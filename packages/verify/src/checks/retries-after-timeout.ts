import type { Policy } from "@holdfast/core";
import { givenUpMs, waitingSinceMs } from "../attempts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { lostReply } from "../experiments.ts";
import { callsOf, cite, many, say } from "../judgement.ts";
import { attemptLimit, deadlineLimit, type Limit, limitText, millis, ownTimeMs } from "../limits.ts";
import type { Check, Evidence, Judgement, ObservedCall, Target } from "../model.ts";
import { judgeRecovery, partOf } from "../recovery.ts";
import { largest, median } from "../stats.ts";

/** Does a call survive one attempt that gets no answer? */
export const retriesAfterTimeout: Check<Policy> = defineCheck<Policy>({
  id: "retries-after-timeout",
  item: "reliability/retries",
  question: "Does a call recover when its first attempt gets no answer?",
  rule: "After one attempt without an answer, where sending again is safe and the deadline has room for it, the call is made again and succeeds within its deadline. Where nothing is declared, not trying again is advice. An attempt that is never given up leaves it open: that is for the check of attempts.",
  source:
    "Envoy's per-try timeout, which its retry-on words 5xx and gateway-error cover; holdfast guide retries-after-timeout",
  required: false,
  timed: true,
  countsAttempts: true,
  about: ({ integration }) =>
    integration.policy.retry?.attempts === 1
      ? { notApplicable: "the contract declares a single attempt" }
      : integration.policy,
  commitment: policyPath("retry"),
  plan: (_, target) => [lostReply(target, "hang")],
  judge: (policy, evidence, target) => {
    const calls = callsOf(evidence, name);
    const part = partOf({ failure: "hang", words: "silence", experiment: name }, evidence);
    const found = judgeRecovery([part], policy, evidence, target);
    if (found.verdict === "not-applicable") return found;
    const held = calls.filter((call) => isHeld(call, target));
    if (held.length > 0) return neverGivenUp(held, calls, target);
    const gap = noRoom(calls, target);
    if (gap !== null) return gap;
    return found.verdict === "pass" ? inTime(found, calls, evidence, target) : found;
  },
});

/** For a consumer there is no difference between a lost reply and a provider that never began. */
const name = "lost-reply-hang";

/** How long the first attempt was waited for; up to the end of the watch when it was not seen to be given up. */
function waitedMs(call: ObservedCall): number {
  const [first] = call.attempts;
  if (first === undefined) return 0;
  return (givenUpMs(call, first) ?? call.watchedUntilMs) - waitingSinceMs(first);
}

/** One attempt alone, longer than an attempt may take: there was no timeout after which one could try again. */
function isHeld(call: ObservedCall, target: Target): boolean {
  const { value } = attemptLimit(target);
  return call.attempts.length === 1 && waitedMs(call) > value + Math.max(250, 0.1 * value);
}

function neverGivenUp(
  held: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  target: Target,
): Judgement {
  const longest = millis(largest(held.map(waitedMs)));
  const because = `in ${held.length} of ${many(calls.length, "call")} the first attempt was held for ${longest} until the call was over, against ${limitText(attemptLimit(target))} for an attempt, so there was no timeout to try again after`;
  return say("inconclusive", because, calls, {
    evidence: held.slice(0, 3).map((call) => cite(call, `held for ${millis(waitedMs(call))}`)),
  });
}

/** A deadline that the first attempt and the wait after it use up leaves nothing to try again in. */
function noRoom(calls: readonly ObservedCall[], target: Target): Judgement | null {
  const limit = deadlineLimit(target);
  if (!limit.declared || calls.some((call) => call.attempts.length > 1)) return null;
  const took = median(calls.map(waitedMs));
  const waitMs = target.integration.policy.retry?.backoff?.baseMs ?? 0;
  // What has less time than half of the first attempt had is not missed.
  if (limit.value - took - waitMs > took / 2) return null;
  const because = `the first attempt takes ${millis(took)} (median) of ${limitText(limit)}, which leaves no room for a second one`;
  return say("not-applicable", because, calls);
}

/** A recovery counts when it comes while its caller still waits. */
function inTime(
  found: Judgement,
  calls: readonly ObservedCall[],
  evidence: Evidence,
  target: Target,
): Judgement {
  const limit = deadlineLimit(target);
  const took = largest(calls.map((call) => (call.endedMs ?? call.watchedUntilMs) - call.startedMs));
  const estimate = { name: "the longest recovery took", value: took, unit: "ms" };
  const shared = { estimate, limit: { name: "deadline", value: limit.value, unit: "ms" } };
  if (!isLate(took, limit, evidence)) {
    return { ...found, because: `${found.because}, within ${millis(took)}`, ...shared };
  }
  const because = `${found.because}, but up to ${millis(took)} after the call began, past ${limitText(limit)}: what came of it is for the check of deadlines`;
  return say("inconclusive", because, calls, shared);
}

function isLate(took: number, limit: Limit, evidence: Evidence): boolean {
  return took > limit.value + Math.max(250, 0.05 * limit.value) + ownTimeMs(evidence);
}
