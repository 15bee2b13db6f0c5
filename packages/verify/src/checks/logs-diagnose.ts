import { defineCheck } from "../define-check.ts";
import { type FailureLine, failureLines, usualSignatures } from "../failure-lines.ts";
import {
  alikeText,
  type Confusion,
  callsByClass,
  confusionOf,
  type FaultClass,
  oneOfEachClass,
} from "../fault-classes.ts";
import { cite, failIf, many, say, severityOf } from "../judgement.ts";
import { factsIn, type LogFact, logFacts } from "../log-facts.ts";
import type { Check, Evidence, Judgement, ObservedCall, Target } from "../model.ts";

/** Do the logs tell failures apart? */
export const logsDiagnose: Check<null> = defineCheck<null>({
  id: "logs-diagnose",
  item: "operations/correlation",
  question: "Do the log lines of a failed call tell what failed, and one kind of failure from another?",
  rule: "The lines tell dependency, operation, attempt, elapsed time and status, and kinds of failure differ in their lines (three of four; lost connections may look alike). Fewer than half of that, or kinds that look alike, is a failure; two facts missing is advice.",
  source:
    "OpenTelemetry semantic conventions for HTTP clients, error.type and http.request.resend_count; holdfast guide logs-diagnose",
  required: false,
  timed: true,
  about: ({ contract, scenario }) =>
    contract.service === null || scenario.act.kind === "module"
      ? { notApplicable: "there is no service around the calls, so there are no logs of one" }
      : null,
  commitment: () => ["service", "logs"],
  plan: (_, target) => oneOfEachClass(target),
  needs: () => ["503-forever"],
  judge: (_, evidence, target) => {
    const told = classesIn(evidence);
    const calls = told.flatMap((one) => one.calls);
    const failed = calls.filter((call) => call.outcome !== "succeeded");
    if (failed.length === 0) {
      return say("not-applicable", "no call failed: the service answers its callers all the same", calls);
    }
    const logged = failed.filter((call) => call.log !== null);
    if (logged.length < 3) {
      const because = `the logs of ${many(logged.length, "failed call")} were captured, 3 are needed`;
      return say("inconclusive", because, calls);
    }
    const speaking = told.filter((one) => one.lines.length > 0);
    const linesOf = failureLines(evidence.healthy);
    if (logged.filter((call) => linesOf(call).length === 0).length > logged.length / 2) {
      return silent(logged, linesOf, target);
    }
    const mute = told.filter(isMute).map((one) => one.kind);
    if (speaking.length + mute.length < 3) {
      const names = speaking.map((one) => one.kind).join(", ") || "none";
      const because = `the lines of only ${many(speaking.length, "kind")} of failure can be compared (${names}), 3 are needed`;
      return say("inconclusive", because, calls);
    }
    return scored(speaking, mute, target);
  },
});

interface Told {
  readonly kind: FaultClass;
  readonly calls: readonly ObservedCall[];
  /** The lines that each call left about its failure; calls that left none are not in it. */
  readonly lines: readonly { readonly call: ObservedCall; readonly lines: readonly FailureLine[] }[];
}

/** A call that came through in the end may have left lines about the attempt that failed, or none. */
function classesIn(evidence: Evidence): Told[] {
  const linesOf = failureLines(evidence.healthy);
  return [...callsByClass(evidence)].map(([kind, calls]) => {
    const lines = calls.map((call) => ({ call, lines: linesOf(call) })).filter((one) => one.lines.length > 0);
    return { kind, calls, lines };
  });
}

function silent(
  logged: readonly ObservedCall[],
  linesOf: (call: ObservedCall) => readonly FailureLine[],
  target: Target,
): Judgement {
  const mute = logged.filter((call) => linesOf(call).length === 0);
  const because = `${mute.length} of ${many(logged.length, "failed call")} left no line that a healthy call does not leave too`;
  return say(failIf(isDeclared(target)), because, logged, {
    severity: severityOf(target, isDeclared(target) ? "broken" : "advice") ?? "medium",
    diagnosis: "Failures of the provider are swallowed: the logs do not even tell that there was one.",
    evidence: mute.slice(0, 3).map((call) => cite(call, call.log?.excerpt[0]?.slice(0, 200) ?? "no line")),
  });
}

/** Whether most of the failed calls of a class left nothing about it. */
function isMute({ calls, lines }: Told): boolean {
  const failed = calls.filter((call) => call.outcome !== "succeeded" && call.log !== null);
  const spoke = lines.filter(({ call }) => failed.includes(call));
  return failed.length >= 2 && spoke.length < failed.length / 2;
}

function scored(speaking: readonly Told[], mute: readonly FaultClass[], target: Target): Judgement {
  const calls = speaking.flatMap((one) => one.calls);
  const confusion = confusionOf(
    new Map(speaking.map(({ kind, lines }) => [kind, usualSignatures(lines.map((one) => one.lines))])),
  );
  const { asked, missing } = factsOf(speaking, target);
  const apart = confusion.distinct >= confusion.needed;
  const score = asked.length - missing.length + (apart ? 1 : 0);
  const total = asked.length + 1;
  const tells = `the lines of failed calls tell ${score} of ${total} facts${missing.length === 0 ? "" : ` (no ${missing.join(", no ")})`}`;
  const kinds = `${confusion.distinct} of ${confusion.of} kinds of failure can be told apart${detailOf(confusion)}`;
  const nothing = mute.length === 0 ? "" : `; nothing is logged after ${mute.join(", ")}`;
  const because = `${tells}; ${kinds}${nothing}`;
  const measured = [
    { name: "facts told", value: score, unit: `of ${total}` },
    { name: "kinds of failure told apart", value: confusion.distinct, unit: `of ${confusion.of}` },
  ];
  const broken = score < total / 2 || !apart || mute.length > 0;
  if (!broken && missing.length <= 1) return say("pass", because, calls, { measured });
  const verdict = broken ? failIf(isDeclared(target)) : "advice";
  return say(verdict, because, calls, {
    measured,
    severity: severityOf(target, verdict === "fail" ? "broken" : "advice") ?? "medium",
    diagnosis: apart
      ? "Lines about failures leave out what the next question will be."
      : "One line is written for failures that ask for different things: whoever reads it has to guess.",
    evidence: speaking.slice(0, 3).flatMap(({ kind, lines: [first] }) => {
      const line = first?.lines.at(-1)?.line.slice(0, 200);
      return first === undefined || line === undefined ? [] : [cite(first.call, `${kind}: ${line}`)];
    }),
  });
}

function detailOf(confusion: Confusion): string {
  const alike = alikeText(confusion);
  return alike === "" ? "" : `: ${alike}`;
}

/** The facts that apply to failed calls, and those that most of them do not tell. */
function factsOf(speaking: readonly Told[], target: Target) {
  const failed = speaking
    .flatMap((one) => one.lines)
    .filter(({ call }) => call.outcome !== "succeeded")
    .map(({ call, lines }) =>
      factsIn(
        lines.map((one) => one.line),
        call,
        target,
      ),
    );
  const count = (of: "applies" | "told", fact: LogFact) =>
    failed.filter((one) => one[of].includes(fact)).length;
  const asked = logFacts.filter((fact) => count("applies", fact) > 0);
  return { asked, missing: asked.filter((fact) => count("told", fact) < count("applies", fact) / 2) };
}

function isDeclared({ contract }: Target): boolean {
  return contract.service?.logs !== null;
}
