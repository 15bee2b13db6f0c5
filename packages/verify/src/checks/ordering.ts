import { gapsOf, givenUpMs, waitingSinceMs, withoutReplays } from "../attempts.ts";
import { defineCheck } from "../define-check.ts";
import { outage, silence } from "../experiments.ts";
import { callsOf, cite, many, say, severityOf } from "../judgement.ts";
import { deadlineLimit, type Limit, limitText, millis, ownTimeMs } from "../limits.ts";
import type { Check, Evidence, Judgement, ObservedCall, Target } from "../model.ts";
import { entryOf } from "../served.ts";
import { largest, median, sum } from "../stats.ts";

interface Subject {
  /** What the call may take by its policy. */
  readonly own: Limit;
  /** What the service's own caller waits, where `service.serves` declares it, else the same as `own`. */
  readonly caller: Limit;
  /** `serves.place`, when it is that. */
  readonly route: string | null;
}

/** Do the limits fit into one another: attempts and waits into the call, the call into its caller's time? */
export const ordering: Check<Subject> = defineCheck<Subject>({
  id: "ordering",
  item: "reliability/timeouts",
  question: "Do all attempts and the waits between them fit into the time that the caller has?",
  rule: "What was seen is added up: attempts × time of an unanswered attempt + waits, or the declared deadline where that is shorter. It fits into the deadline of the route in `service.serves`, else into the declared deadline, else 30 s. Calls that were seen to take longer than declared fail; a sum that would be longer is advice.",
  source:
    "Gremlin's conflicting timeouts (ICDCS 2016); Monocle's checks of Hystrix timeouts (ChAP, ICSE 2019); holdfast guide ordering",
  required: false,
  timed: true,
  countsAttempts: true,
  about: (target) => {
    const own = deadlineLimit(target);
    const entry = entryOf(target.contract, target.scenario);
    if (entry === null || entry.deadlineMs === null) return { own, caller: own, route: null };
    return { own, caller: { value: entry.deadlineMs, declared: true }, route: entry.name };
  },
  commitment: ({ contract, scenario, integration }) => {
    const entry = entryOf(contract, scenario);
    return entry === null || entry.deadlineMs === null
      ? ["integrations", integration.name, "policy", "deadline"]
      : ["service", "serves", entry.name, "deadline"];
  },
  plan: (_, target) => [silence(target), { ...outage(target), samples: 3, samplesMax: 6 }],
  judge: (subject, evidence, target) => {
    const calls = callsOf(evidence, "hang-forever", "503-forever");
    const parts = partsOf(evidence);
    if (parts === null) {
      const because = "no unanswered attempt was seen to be given up, so there is nothing to add up";
      return say("inconclusive", because, calls);
    }
    const spareMs = Math.max(250, 0.05 * subject.caller.value) + ownTimeMs(evidence);
    const late = calls.filter((call) => durationMs(call) > subject.caller.value + spareMs);
    if (late.length > 1 && subject.caller.declared) return tooLong(late, calls, parts, subject, target);
    const allowedMs = subject.own.declared ? Math.min(parts.sumMs, subject.own.value) : parts.sumMs;
    if (allowedMs > subject.caller.value + 0.05 * subject.caller.value)
      return wouldBeTooLong(allowedMs, calls, parts, subject, target);
    if (late.length > 0) {
      const because = `${many(late.length, "call")} took up to ${millis(largest(late.map(durationMs)))}, and ${sumText(parts)}: one of the two is chance, against ${limitsText(subject)}`;
      return say("inconclusive", because, calls);
    }
    const open = calls.filter((call) => call.endedMs === null);
    if (open.length === 0) return fits(calls, parts, subject);
    const because = `${sumText(parts)}, and ${many(open.length, "call")} were not seen to end within ${millis(largest(open.map(durationMs)))}, against ${limitsText(subject)}`;
    return say("inconclusive", because, calls);
  },
});

/** What a call is made of when everything fails. */
interface Parts {
  readonly attempts: number;
  readonly attemptMs: number;
  readonly waitsMs: number;
  readonly sumMs: number;
}

function partsOf(evidence: Evidence): Parts | null {
  const hung = callsOf(evidence, "hang-forever");
  const calls = [...hung, ...callsOf(evidence, "503-forever")];
  const times = hung.flatMap(unansweredMs);
  if (times.length === 0) return null;
  const attempts = largest(calls.map((call) => withoutReplays(call.attempts).length));
  const waitsMs = largest(calls.map((call) => sum(gapsOf(withoutReplays(call.attempts)))));
  const attemptMs = median(times);
  return { attempts, attemptMs, waitsMs, sumMs: attempts * attemptMs + waitsMs };
}

/** How long the attempts of a call were waited for that were seen to be given up. */
function unansweredMs(call: ObservedCall): number[] {
  return call.attempts.flatMap((attempt) => {
    const givenUp = givenUpMs(call, attempt);
    if (attempt.firedMs === null || givenUp === null || givenUp > call.watchedUntilMs) return [];
    return [givenUp - waitingSinceMs(attempt)];
  });
}

function durationMs(call: ObservedCall): number {
  return (call.endedMs ?? call.watchedUntilMs) - call.startedMs;
}

function sumText({ attempts, attemptMs, waitsMs, sumMs }: Parts): string {
  const waits = waitsMs > 0 ? ` and ${millis(waitsMs)} of waits` : "";
  const make = attempts === 1 && waitsMs === 0 ? "makes" : "make";
  return `${many(attempts, "attempt")} of ${millis(attemptMs)}${waits} ${make} ${millis(sumMs)}`;
}

function limitsText({ caller, route }: Subject): string {
  return route === null ? limitText(caller) : `the ${millis(caller.value)} that \`serves.${route}\` declares`;
}

function measuredOf(parts: Parts, subject: Subject) {
  return {
    estimate: { name: "a call takes at most", value: parts.sumMs, unit: "ms" },
    limit: { name: "the caller waits", value: subject.caller.value, unit: "ms" },
    measured: [
      { name: "attempts", value: parts.attempts, unit: "" },
      { name: "an unanswered attempt", value: parts.attemptMs, unit: "ms" },
      { name: "waits between attempts", value: parts.waitsMs, unit: "ms" },
    ],
  };
}

function tooLong(
  late: readonly ObservedCall[],
  calls: readonly ObservedCall[],
  parts: Parts,
  subject: Subject,
  target: Target,
): Judgement {
  const because = `${late.length} of ${many(calls.length, "call")} took up to ${millis(largest(late.map(durationMs)))}, against ${limitsText(subject)}: ${sumText(parts)}`;
  return say("fail", because, calls, {
    ...measuredOf(parts, subject),
    severity: severityOf(target, "broken") ?? "high",
    diagnosis: diagnosisOf(subject),
    evidence: late
      .toSorted((a, b) => durationMs(b) - durationMs(a))
      .slice(0, 3)
      .map((call) => cite(call, `${many(call.attempts.length, "attempt")} in ${millis(durationMs(call))}`)),
  });
}

function wouldBeTooLong(
  allowedMs: number,
  calls: readonly ObservedCall[],
  parts: Parts,
  subject: Subject,
  target: Target,
): Judgement {
  const cut = allowedMs < parts.sumMs ? `, cut to ${limitText(subject.own)}` : "";
  const because = `${sumText(parts)}${cut}, more than ${limitsText(subject)}; no call was seen to take so long`;
  return say("advice", because, calls, {
    ...measuredOf(parts, subject),
    severity: severityOf(target, "advice") ?? "low",
    diagnosis: diagnosisOf(subject),
    evidence: calls.slice(0, 2).map((call) => cite(call, many(call.attempts.length, "attempt"))),
  });
}

function diagnosisOf({ route }: Subject): string {
  return route === null
    ? "Every limit is right for itself, and nobody has added them up: the last attempts are made for a call that is over."
    : "The limits of the call were set without a look at who waits for it: the caller of the service is gone before the call to the provider ends.";
}

function fits(calls: readonly ObservedCall[], parts: Parts, subject: Subject): Judgement {
  const { own } = subject;
  const cut =
    own.declared && parts.sumMs > own.value ? `, of which ${limitText(own)} leaves as many as fit` : "";
  const longest = largest(calls.map(durationMs));
  const because = `${sumText(parts)}${cut}, and no call took longer than ${millis(longest)}, against ${limitsText(subject)}`;
  const measured = measuredOf(parts, subject);
  const value = own.declared ? Math.min(parts.sumMs, own.value) : parts.sumMs;
  return say("pass", because, calls, { ...measured, estimate: { ...measured.estimate, value } });
}
