import { givenUpMs, waitingSinceMs } from "../attempts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { silence, trickle } from "../experiments.ts";
import { callsOf, cite, failIf, many, say, severityOf } from "../judgement.ts";
import { attemptLimit, deadlineLimit, type Limit, limitText, millis, ownTimeMs } from "../limits.ts";
import type { Attempt, Check, Evidence, Judgement, ObservedCall, Target } from "../model.ts";
import { largest, median, smallest, zeroBound } from "../stats.ts";

/** Does the caller get an answer in time, whatever the provider does? */
export const deadline: Check<Limit> = defineCheck<Limit>({
  id: "deadline",
  item: "reliability/timeouts",
  question: "When the provider goes silent or trickles, does every call still end within its deadline?",
  rule: "With no answer to any attempt, and with a head at once and then a byte at a time, every call ends within the declared deadline, else 30 s, and no attempt starts after it. A pass needs both. A deadline that lies beyond the watch of at most 20 s decides nothing about a call that is still open. Where none is declared, a late end is advice; a call still held by one attempt for longer than the attempt limit (declared, else 10 s) is a hang and fails.",
  source:
    "MicroProfile Fault Tolerance TCK (retries end within maxDuration); Google SRE Book, ch. 22, deadlines; holdfast guide deadline",
  required: true,
  timed: true,
  about: (target) => deadlineLimit(target),
  commitment: policyPath("deadline"),
  plan: (_, target) => [silence(target), trickle(target)],
  judge: (limit, evidence, target) => {
    const allowedMs = limit.value + Math.max(250, 0.05 * limit.value) + ownTimeMs(evidence);
    const parts = (["hang-forever", "drip-forever"] as const).map((name) =>
      judgePart(name, callsOf(evidence, name), allowedMs, limit, target),
    );
    const worst = (["fail", "inconclusive", "advice"] as const)
      .map((verdict) => parts.find((one) => one.verdict === verdict))
      .find((one) => one !== undefined);
    return worst ?? together(evidence, limit);
  },
});

const provider = { "hang-forever": "was silent", "drip-forever": "trickled its answer" } as const;

function durationMs(call: ObservedCall): number {
  return (call.endedMs ?? call.watchedUntilMs) - call.startedMs;
}

function judgePart(
  name: keyof typeof provider,
  calls: readonly ObservedCall[],
  allowedMs: number,
  limit: Limit,
  target: Target,
): Judgement {
  const open = calls.filter((call) => call.endedMs === null);
  const hanging = limit.declared ? [] : open.filter((call) => held(call, target) !== null);
  if (hanging.length > 0) return hang(name, hanging, calls, target);
  const late = calls.filter((call) => durationMs(call) > allowedMs);
  if (late.length > 0) return overrun(name, late, calls, limit, target);
  const after = calls.filter((call) =>
    call.attempts.some((one) => one.arrivedMs - call.startedMs > allowedMs),
  );
  if (after.length >= lateMin) return lateStart(after, calls, limit, target);
  if (after.length > 0) return onceLate(name, after, calls, limit);
  return open.length === 0 ? say("pass", "", calls) : beyondTheWatch(name, open, calls, limit);
}

/** The attempt that still holds its caller, for longer than an attempt may take; `null` when there is none. */
function held(call: ObservedCall, target: Target): { attempt: Attempt; forMs: number } | null {
  const { value } = attemptLimit(target);
  const allowedMs = value + Math.max(100, 0.05 * value);
  for (const attempt of call.attempts) {
    const forMs = call.watchedUntilMs - waitingSinceMs(attempt);
    const answered = typeof attempt.response?.completeMs === "number";
    if (!answered && givenUpMs(call, attempt) === null && forMs > allowedMs) return { attempt, forMs };
  }
  return null;
}

/** Nobody declared how long a call may take, but no reading of it lets one attempt hold the caller like this. */
function hang(
  name: keyof typeof provider,
  hanging: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  target: Target,
): Judgement {
  const limit = attemptLimit(target);
  const waits = hanging.flatMap((call) => held(call, target) ?? []);
  const longest = largest(waits.map((one) => one.forMs));
  const against = limit.declared
    ? `the declared ${millis(limit.value)}`
    : `the default of ${millis(limit.value)}`;
  const counted = `${hanging.length} of ${many(calls.length, "call")}`;
  const because = `while the provider ${provider[name]}, in ${counted} one attempt held the caller for ${millis(longest)} and was not seen to end, against ${against} for an attempt; no deadline is declared`;
  return say("fail", because, calls, {
    estimate: { name: "one attempt held its caller for at least", value: longest, unit: "ms" },
    limit: { name: "attempt timeout", value: limit.value, unit: "ms" },
    diagnosis: diagnosisOf(name),
    severity: severityOf(target, "harm") ?? "high",
    evidence: hanging
      .slice(0, 3)
      .map((call) => cite(call, `still open after ${millis(durationMs(call))}, held by one attempt`)),
  });
}

/** What was not seen to end within the watch says nothing about a limit behind it. */
function beyondTheWatch(
  name: keyof typeof provider,
  open: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  limit: Limit,
): Judgement {
  const watchedMs = smallest(open.map(durationMs));
  const counted = `${open.length} of ${many(calls.length, "call")} were not seen to end within ${millis(watchedMs)}`;
  const because = `while the provider ${provider[name]}, ${counted}; ${limitText(limit)} lies beyond the watch`;
  return say("inconclusive", because, calls, {
    evidence: open.slice(0, 3).map((call) => cite(call, `not ended after ${millis(durationMs(call))}`)),
  });
}

function diagnosisOf(name: keyof typeof provider): string {
  return name === "drip-forever"
    ? "What timeout there is starts anew with every byte, or ends with the response head: nothing bounds the whole call."
    : "Nothing bounds the whole call: attempt timeouts and waits add up to more than the deadline, or there is no timeout at all.";
}

function overrun(
  name: keyof typeof provider,
  late: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  limit: Limit,
  target: Target,
): Judgement {
  const longest = largest(late.map(durationMs));
  const open = late.some((call) => call.endedMs === null);
  const what = open ? `were not seen to end within ${millis(longest)}` : `took up to ${millis(longest)}`;
  const because = `while the provider ${provider[name]}, ${late.length} of ${many(calls.length, "call")} ${what}, against ${limitText(limit)}`;
  return say(failIf(limit.declared), because, calls, {
    estimate: { name: "the longest call took at least", value: longest, unit: "ms" },
    limit: { name: "deadline", value: limit.value, unit: "ms" },
    diagnosis: diagnosisOf(name),
    severity: severityOf(target, limit.declared ? (open ? "harm" : "broken") : "advice") ?? "high",
    evidence: late
      .toSorted((a, b) => durationMs(b) - durationMs(a))
      .slice(0, 3)
      .map((call) =>
        cite(call, `${call.endedMs === null ? "still open" : "ended"} after ${millis(durationMs(call))}`),
      ),
  });
}

/** A process that stood still for half a second sends one attempt late; a policy does it again. */
const lateMin = 2;

function onceLate(
  name: keyof typeof provider,
  after: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  limit: Limit,
): Judgement {
  const because = `in one of ${many(calls.length, "call")} an attempt started after ${limitText(limit)}: that may be the machine, ${lateMin} are needed`;
  return say("inconclusive", because, calls, {
    evidence: after.map((call) => cite(call, "an attempt started after the deadline")),
    more: { experiment: name, samples: 3, buys: "whether it happens again" },
  });
}

function lateStart(
  after: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  limit: Limit,
  target: Target,
): Judgement {
  const starts = after.flatMap((call) => call.attempts.map((one) => one.arrivedMs - call.startedMs));
  const because = `in ${after.length} of ${many(calls.length, "call")} an attempt started ${millis(largest(starts))} after the call, past ${limitText(limit)}`;
  return say(failIf(limit.declared), because, calls, {
    limit: { name: "deadline", value: limit.value, unit: "ms" },
    diagnosis:
      "Retries go on in the background after the caller has its answer: nobody waits for them any more.",
    severity: severityOf(target, limit.declared ? "broken" : "advice") ?? "high",
    evidence: after.slice(0, 3).map((call) => cite(call, "an attempt started after the deadline")),
  });
}

function together(evidence: Evidence, limit: Limit): Judgement {
  const calls = callsOf(evidence, "hang-forever", "drip-forever");
  const took = calls.map(durationMs);
  const because = `all ${calls.length} calls ended within ${millis(largest(took))}, silent or trickling provider, against ${limitText(limit)}`;
  return say("pass", because, calls, {
    estimate: {
      name: "a call takes",
      value: median(took),
      unit: "ms",
      interval: [smallest(took), largest(took)],
    },
    limit: { name: "deadline", value: limit.value, unit: "ms" },
    bound: zeroBound(calls.length),
  });
}
