import { givenUpMs, waitingSinceMs } from "../attempts.ts";
import { policyPath } from "../contract-paths.ts";
import { defineCheck } from "../define-check.ts";
import { silence } from "../experiments.ts";
import { callsOf, cite, failIf, many, say, severityOf } from "../judgement.ts";
import { attemptLimit, type Limit, limitText, millis } from "../limits.ts";
import type { Attempt, Check, Judgement, ObservedCall, Target } from "../model.ts";
import { largest, median, smallest, zeroBound } from "../stats.ts";

/** Is one unanswered attempt given up in time? */
export const attempt: Check<Limit> = defineCheck<Limit>({
  id: "attempt",
  item: "reliability/timeouts",
  question: "When the provider accepts a request and never answers, is the attempt given up in time?",
  rule: "Each attempt is given up (its socket closed, the next one sent or the caller answered, whichever is first) within the declared attempt timeout, else 10 s, with 5 % or 100 ms to spare for the median.",
  source: "Gremlin's HasTimeouts (ICDCS 2016), measured for each attempt on the wire; holdfast guide attempt",
  required: true,
  timed: true,
  about: (target) => attemptLimit(target),
  commitment: policyPath("attemptTimeout"),
  plan: (_, target) => [silence(target)],
  judge: (limit, evidence, target) => {
    const calls = callsOf(evidence, "hang-forever");
    const waits = calls.flatMap((call) => waitsOf(call));
    const allowedMs = limit.value + Math.max(100, 0.05 * limit.value);
    const endless = waits.filter((one) => !one.givenUp && one.waitedMs > allowedMs);
    if (endless.length > 0) return hang(endless, calls, target, limit);
    const done = waits.filter((one) => one.givenUp);
    if (done.length < 3) {
      const counted = `${many(done.length, "attempt")} were seen from the request to the giving up, 3 are needed`;
      return say("inconclusive", `only ${counted}`, calls);
    }
    return judgeWaits(done, allowedMs, calls, target, limit);
  },
});

/** How long an unanswered attempt was waited for, and whether it was seen to be given up. */
export interface Wait {
  readonly call: ObservedCall;
  readonly attempt: Attempt;
  readonly waitedMs: number;
  readonly givenUp: boolean;
}

/** The waits of the attempts that met the fault. */
export function waitsOf(call: ObservedCall): Wait[] {
  return call.attempts
    .filter((one) => one.firedMs !== null)
    .map((one) => {
      const end = givenUpMs(call, one);
      const seen = end !== null && end <= call.watchedUntilMs;
      const until = seen ? end : call.watchedUntilMs;
      return { call, attempt: one, givenUp: seen, waitedMs: until - waitingSinceMs(one) };
    });
}

function hang(
  endless: readonly Wait[],
  calls: readonly ObservedCall[],
  target: Target,
  limit: Limit,
): Judgement {
  const watchedMs = largest(endless.map((one) => one.waitedMs));
  return say(
    "fail",
    `${many(endless.length, "attempt")} were not seen to give up within ${millis(watchedMs)}, against ${limitText(limit)}`,
    calls,
    {
      limit: { name: "attempt timeout", value: limit.value, unit: "ms" },
      estimate: { name: "an attempt is still open after", value: watchedMs, unit: "ms" },
      diagnosis:
        "The call to the provider has no timeout that covers the wait for the first byte: a silent provider holds a caller, a socket and its memory for as long as it likes.",
      severity: severityOf(target, "harm") ?? "high",
      evidence: endless
        .slice(0, 3)
        .map((one) => cite(one.call, `still open after ${millis(one.waitedMs)}`, [one.attempt])),
    },
  );
}

function judgeWaits(
  done: readonly Wait[],
  allowedMs: number,
  calls: readonly ObservedCall[],
  target: Target,
  limit: Limit,
): Judgement {
  const waited = done.map((one) => one.waitedMs);
  const middle = median(waited);
  const estimate = {
    name: "one attempt is given up after",
    value: middle,
    unit: "ms",
    interval: [smallest(waited), largest(waited)] as const,
  };
  const shared = { estimate, limit: { name: "attempt timeout", value: limit.value, unit: "ms" } };
  if (middle <= allowedMs) {
    const counted = `${many(done.length, "unanswered attempt")} were given up after ${millis(middle)} (median)`;
    return say("pass", `${counted}, within ${limitText(limit)}`, calls, {
      ...shared,
      bound: zeroBound(done.length),
    });
  }
  const worst = done.toSorted((a, b) => b.waitedMs - a.waitedMs).slice(0, 3);
  return say(
    failIf(limit.declared),
    `unanswered attempts were given up after ${millis(middle)} (median of ${done.length}), later than ${limitText(limit)}`,
    calls,
    {
      ...shared,
      diagnosis:
        "A timeout exists, but it is longer than it should be, or it starts later than the request is sent.",
      severity: severityOf(target, limit.declared ? "broken" : "advice") ?? "medium",
      evidence: worst.map((one) => cite(one.call, `given up after ${millis(one.waitedMs)}`, [one.attempt])),
    },
  );
}
