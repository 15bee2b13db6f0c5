import { attempt as check } from "../../checks/attempt.ts";
import { judgeOne } from "../../judge.ts";
import { many } from "../../judgement.ts";
import { attemptLimit, limitText, millis } from "../../limits.ts";
import type { Attempt, Judgement } from "../../model.ts";
import type { NaturalCall, PassiveRule, TrafficView } from "../model.ts";
import { evidenceOf } from "../natural-evidence.ts";
import { ifCalm, leastCalls, open, tooFew } from "../words.ts";

/** Is one unanswered attempt given up in time? */
export const attempt: PassiveRule = {
  check: "attempt",
  says: ["pass", "fail", "advice"],
  needs:
    "20 attempts that the consumer gave up without an answer (499, flag DC, a timeout in a span) while its own caller still waited, with times to a few milliseconds.",
  judge: (view) => {
    if (!view.shows.times)
      return open(
        view.shows.source === null
          ? "no attempt was seen"
          : "attempts have no beginning in this source, or times to a second only",
      );
    const calls = view.calls.flatMap(withGivenUp);
    const waits = calls.reduce((count, call) => count + call.attempts.length, 0);
    const slow = slowAnswers(view);
    if (waits < leastCalls && slow.length === 0)
      return tooFew(calls, "with an attempt that was given up while its caller still waited", leastCalls);
    if (waits < leastCalls) return waitedFor(slow, view);
    const found = judgeOne(check, evidenceOf(view, { "hang-forever": calls }), view.target);
    return found.verdict === "pass" && slow.length > 0 ? waitedFor(slow, view) : ifLateEnough(found, view);
  },
};

/** What is late by less than three times the limit may be the machine; what is later has no timeout that would be worth the name. */
function ifLateEnough(found: Judgement, view: TrafficView): Judgement {
  const waitedMs = found.estimate?.value ?? 0;
  return waitedMs > 3 * attemptLimit(view.target).value ? found : ifCalm(found, view);
}

/** The call with those attempts alone that were given up, and surely not because its own caller went away. */
function withGivenUp(call: NaturalCall): NaturalCall[] {
  const attempts = call.attempts.filter(
    (_, at) => call.kinds[at] === "hang" && (at < call.attempts.length - 1 || call.callerSeen),
  );
  return attempts.length === 0 ? [] : [{ ...call, attempts }];
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
