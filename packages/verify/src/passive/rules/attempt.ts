import { attempt as check } from "../../checks/attempt.ts";
import { judgeOne } from "../../judge.ts";
import { many } from "../../judgement.ts";
import { attemptLimit, limitText, millis } from "../../limits.ts";
import type { Attempt, Judgement } from "../../model.ts";
import { quantile } from "../../stats.ts";
import type { NaturalCall, PassiveRule, TrafficView } from "../model.ts";
import { evidenceOf } from "../natural-evidence.ts";
import { ifLateEnough, leastCalls, open, tooFew } from "../words.ts";

/** Is one unanswered attempt given up in time? */
export const attempt: PassiveRule = {
  check: "attempt",
  says: ["pass", "fail", "advice"],
  needs:
    "20 attempts that the consumer gave up without an answer (499, flag DC, a timeout in a span) while its own caller still waited, each after half as long as the longest at least, with times to a few milliseconds.",
  judge: (view) => {
    if (!view.shows.times)
      return open(
        view.shows.source === null
          ? "no attempt was seen"
          : "attempts have no beginning in this source, or times to a second only",
      );
    const left = view.calls.flatMap(withGivenUp);
    const calls = left.flatMap(timedOut(left));
    const waits = attemptsIn(calls);
    const slow = slowAnswers(view);
    if (waits < leastCalls && slow.length === 0) return few(left, waits);
    if (waits < leastCalls) return waitedFor(slow, view);
    const found = judgeOne(check, evidenceOf(view, { "hang-forever": calls }), view.target);
    return found.verdict === "pass" && slow.length > 0
      ? waitedFor(slow, view)
      : ifLateEnough(found, found.estimate?.value ?? 0, attemptLimit(view.target).value, view);
  },
};

/** The call with those attempts alone that were given up, and surely not because its own caller went away. */
function withGivenUp(call: NaturalCall): NaturalCall[] {
  const attempts = call.attempts.filter(
    (_, at) => call.kinds[at] === "hang" && (at < call.attempts.length - 1 || call.callerSeen),
  );
  return attempts.length === 0 ? [] : [{ ...call, attempts }];
}

function attemptsIn(calls: readonly NaturalCall[]): number {
  return calls.reduce((count, call) => count + call.attempts.length, 0);
}

function waitedMs({ arrivedMs, consumerClosed }: Attempt): number {
  return (consumerClosed?.atMs ?? arrivedMs) - arrivedMs;
}

/**
 * The calls with those attempts alone that were waited for half as long as the longest, the latest one in twenty apart: a timeout ends all
 * that it ends after about as long. What was given up sooner was given up for another reason, and shows no timeout.
 */
function timedOut(calls: readonly NaturalCall[]): (call: NaturalCall) => NaturalCall[] {
  const waits = calls.flatMap(({ attempts }) => attempts.map(waitedMs));
  const leastMs = waits.length === 0 ? 0 : 0.5 * quantile(waits, 0.95);
  return (call) => {
    const attempts = call.attempts.filter((one) => waitedMs(one) >= leastMs);
    return attempts.length === 0 ? [] : [{ ...call, attempts }];
  };
}

function few(left: readonly NaturalCall[], waits: number): Judgement {
  const all = attemptsIn(left);
  if (all < leastCalls)
    return tooFew(left, "with an attempt that was given up while its caller still waited", leastCalls);
  return open(
    `${all} attempts were given up without an answer, but only ${waits} of them after about as long as the longest, ${leastCalls} are needed: what ended the others sooner is not in the log`,
    left,
  );
}

/** Attempts that got an answer later than they would have been waited for. */
function slowAnswers({ calls, target }: TrafficView): Attempt[] {
  const { value } = attemptLimit(target);
  const allowedMs = value + Math.max(100, 0.05 * value);
  return calls
    .flatMap(({ attempts }) => attempts)
    .filter(({ response, arrivedMs }) => response !== null && response.firstByteMs - arrivedMs > allowedMs);
}

function waitedFor(slow: readonly Attempt[], { target }: TrafficView): Judgement {
  const longest = Math.max(
    ...slow.map(({ response, arrivedMs }) => (response?.firstByteMs ?? arrivedMs) - arrivedMs),
  );
  return open(
    `${many(slow.length, "attempt")} got an answer after up to ${millis(longest)}, longer than ${limitText(attemptLimit(target))}; whether the wait or the reading took so long is not in the log`,
  );
}
