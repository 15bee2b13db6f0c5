import { givenUpMs } from "../attempts.ts";
import { policyPath } from "../contract-paths.ts";
import { type ToldDeadline, toldDeadline } from "../deadline-headers.ts";
import { defineCheck } from "../define-check.ts";
import { silence, statusOnce } from "../experiments.ts";
import { callsOf, cite, many, say, severityOf } from "../judgement.ts";
import { deadlineLimit, type Limit, limitText, millis } from "../limits.ts";
import type { Attempt, Check, Evidence, Judgement, ObservedCall, Target } from "../model.ts";
import { faultedCalls } from "../sent-again.ts";
import { largest, zeroBound } from "../stats.ts";

/** Does the provider learn how long it is waited for, and is it true? */
export const deadlinePropagates: Check<Limit> = defineCheck<Limit>({
  id: "deadline-propagates",
  item: "reliability/timeouts",
  question: "Does the provider learn how much time is left, and never more than there is?",
  rule: "Where attempts carry a deadline (grpc-timeout, x-envoy-expected-rq-timeout-ms, x-request-deadline and the like), every attempt does, it can be read, and it is never more than what is left of the declared deadline, with a tenth of it or 250 ms to spare. Nothing sent is no fault, for a connection that is closed tells the provider to stop; it is advice where a deadline is declared and attempts that were given up stay open.",
  source:
    "gRPC over HTTP/2 (grpc-timeout); Envoy's x-envoy-expected-rq-timeout-ms; Google SRE Book, ch. 22, deadline propagation; holdfast guide deadline-propagates",
  required: false,
  timed: true,
  about: (target) => deadlineLimit(target),
  commitment: policyPath("deadline"),
  plan: (_, target) => [silence(target), statusOnce(target, 503)],
  needs: () => [],
  judge: (limit, evidence, target) => {
    const calls = [...evidence.healthy, ...faultedCalls(evidence)].filter(
      ({ attempts }) => attempts.length > 0,
    );
    const told = calls.flatMap(toldIn);
    if (told.length === 0) return nothingTold(calls, evidence, limit, target);
    const unreadable = told.filter(({ deadline }) => deadline.kind === "unreadable");
    if (unreadable.length > 0) return cannotBeRead(unreadable, calls, target);
    if (!limit.declared) {
      const because = `${told[0]?.deadline.name} tells a time, and no deadline is declared to hold it against`;
      return say("not-applicable", because, calls);
    }
    const over = told.filter((one) => beyondMs(one, limit) > spareMs(limit));
    const wrong = new Set(over.map(({ call }) => call.id)).size;
    if (wrong > 1) return tooMuch(over, calls, limit, target);
    const silent = calls.filter((call) => toldIn(call).length < call.attempts.length);
    if (silent.length > 0) return partlyTold(silent, calls, target);
    return wrong === 1 ? oneAlone(over, calls, limit) : truly(told, calls, limit);
  },
});

/** An attempt with what it tells, and when the first of the attempts arrived that it belongs to: its deadline began just before. */
interface Told {
  readonly call: ObservedCall;
  readonly attempt: Attempt;
  readonly deadline: ToldDeadline;
  readonly sinceMs: number;
}

function toldIn(call: ObservedCall): Told[] {
  return call.attempts.flatMap((attempt, index) => {
    const deadline = toldDeadline(attempt);
    return deadline === null ? [] : [{ call, attempt, deadline, sinceMs: beganMs(call.attempts, index) }];
  });
}

/** What follows an exchange to which nothing was done is another request, and no further attempt. */
function beganMs(attempts: readonly Attempt[], index: number): number {
  const before = attempts.slice(0, index);
  const first = before.findLastIndex(({ firedMs }) => firedMs === null) + 1;
  return attempts[first]?.arrivedMs ?? 0;
}

function leftMs({ attempt, sinceMs }: Told, limit: Limit): number {
  return limit.value - (attempt.arrivedMs - sinceMs);
}

/** How much more was told than is left. A moment is on a clock that nobody here reads. */
function beyondMs(told: Told, limit: Limit): number {
  return told.deadline.kind === "left" ? told.deadline.ms - leftMs(told, limit) : Number.NEGATIVE_INFINITY;
}

/** What is written before it is sent may be late by this on a busy machine. */
function spareMs(limit: Limit): number {
  return Math.max(250, 0.1 * limit.value);
}

/** A given-up attempt whose connection is open for so long was not ended by its consumer. */
const openMs = 2_000;

function nothingTold(
  calls: readonly ObservedCall[],
  evidence: Evidence,
  limit: Limit,
  target: Target,
): Judgement {
  const hung = callsOf(evidence, "hang-forever");
  const left = hung.filter((call) => call.attempts.some((attempt) => staysOpen(call, attempt)));
  if (left.length === 0 || !limit.declared) {
    const because =
      "no attempt tells the provider how much time there is, and nothing declares that it should";
    return say("not-applicable", because, calls);
  }
  const because = `no attempt tells the provider that a call ends after ${limitText(limit)}, and in ${left.length} of ${many(hung.length, "call")} attempts that were given up stayed open for at least ${millis(openMs)}: it works on, and cannot know that nobody waits`;
  return say("advice", because, hung, {
    severity: severityOf(target, "advice") ?? "low",
    diagnosis:
      "The provider is neither told how long it is waited for nor stopped by a closed connection: in an overload it spends its time on answers that nobody reads.",
    evidence: left.slice(0, 3).map((call) => cite(call, "given up, not told, not closed")),
  });
}

function staysOpen(call: ObservedCall, attempt: Attempt): boolean {
  const givenUp = givenUpMs(call, attempt);
  if (attempt.firedMs === null || givenUp === null) return false;
  return (attempt.consumerClosed?.atMs ?? call.watchedUntilMs) - givenUp >= openMs;
}

function cannotBeRead(found: readonly Told[], calls: readonly ObservedCall[], target: Target): Judgement {
  const written = new Set(found.map(({ deadline }) => `${deadline.name}: ${deadline.written}`));
  const because = `${many(found.length, "attempt")} carried a deadline that cannot be read (${[...written].slice(0, 2).join(", ")})`;
  return say("advice", because, calls, {
    severity: severityOf(target, "advice") ?? "low",
    diagnosis:
      "The value lacks its unit, or is written in another way than its header has it: the provider drops it, or refuses the request.",
    evidence: found.slice(0, 3).map(({ call, attempt, deadline }) => cite(call, deadline.written, [attempt])),
  });
}

function tooMuch(
  over: readonly Told[],
  calls: readonly ObservedCall[],
  limit: Limit,
  target: Target,
): Judgement {
  const worst = over.toSorted((a, b) => beyondMs(b, limit) - beyondMs(a, limit));
  const [first] = worst;
  const most = largest(over.map((one) => beyondMs(one, limit)));
  const example =
    first === undefined
      ? ""
      : `: ${first.deadline.name} told ${millis(first.deadline.ms)} on attempt ${first.attempt.number}, when ${millis(Math.max(0, leftMs(first, limit)))} were left of ${limitText(limit)}`;
  const because = `in ${many(new Set(over.map(({ call }) => call.id)).size, "call")} the provider was told of up to ${millis(most)} more than there was${example}`;
  return say("fail", because, calls, {
    estimate: { name: "told beyond what was left", value: most, unit: "ms" },
    limit: { name: "deadline", value: limit.value, unit: "ms" },
    severity: severityOf(target, "broken") ?? "medium",
    diagnosis: over.every(({ attempt }) => attempt.number > 1)
      ? "The whole deadline is sent with every attempt, as if none of it had been used: retries keep the provider busy beyond the end of the call."
      : "The value is not what is left of the deadline: another unit, another limit, or a sum where a difference was meant.",
    evidence: worst
      .slice(0, 3)
      .map(({ call, attempt, deadline }) =>
        cite(call, `told ${deadline.written} on attempt ${attempt.number}`, [attempt]),
      ),
  });
}

function oneAlone(over: readonly Told[], calls: readonly ObservedCall[], limit: Limit): Judgement {
  const most = largest(over.map((one) => beyondMs(one, limit)));
  const because = `in 1 of ${many(calls.length, "call")} the provider was told of ${millis(most)} more than there was, which a delay on the way explains as well`;
  return say("inconclusive", because, calls);
}

function partlyTold(
  silent: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  target: Target,
): Judgement {
  const because = `in ${silent.length} of ${many(calls.length, "call")} some attempts told the provider how much time is left and others did not`;
  return say("advice", because, calls, {
    severity: severityOf(target, "advice") ?? "low",
    diagnosis: "The header is set where the first request is built, and the retries do not pass there.",
    evidence: silent
      .slice(0, 3)
      .map((call) =>
        cite(call, `told by ${toldIn(call).length} of ${many(call.attempts.length, "attempt")}`),
      ),
  });
}

function truly(told: readonly Told[], calls: readonly ObservedCall[], limit: Limit): Judgement {
  const name = told[0]?.deadline.name;
  if (told.some(({ deadline }) => deadline.kind === "moment")) {
    const because = `${name} tells a moment by a clock that is not read here, so how much it leaves cannot be seen`;
    return say("inconclusive", because, calls);
  }
  const again = calls.filter((call) => call.attempts.length > 1);
  const most = largest(told.map(({ deadline }) => deadline.ms));
  const because = `${name} told at most ${millis(most)}, and never more than was left of ${limitText(limit)}, on ${many(told.length, "attempt")} of ${many(calls.length, "call")}, ${again.length} of them sent again`;
  return say("pass", because, calls, {
    limit: { name: "deadline", value: limit.value, unit: "ms" },
    bound: zeroBound(told.length),
  });
}
