import { namesVersion } from "@holdfast/faults";
import { type ChangeSeen, changesSeen, citeChange, lastWordsOf } from "../answer-changes.ts";
import { operationPath } from "../contract-paths.ts";
import { defineCheck, sampleGap } from "../define-check.ts";
import { forever, spec } from "../experiments.ts";
import { callsOf, cite, many, say, severityOf } from "../judgement.ts";
import type { Check, Evidence, ExperimentSpec, Judgement, ObservedCall, Target } from "../model.ts";
import { largest, median, zeroBound } from "../stats.ts";

const name = "unknown-version";
/** How many calls that end alike it takes to say so. */
const callsMin = 2;

/** Does an answer of a version that nobody knows end in an answer to the caller all the same? */
export const survivesUnknownVersion: Check<null> = defineCheck<null>({
  id: "survives-unknown-version",
  item: "consistency/compatibility",
  question: "When an answer says that it is of a version that nobody knows, does the call end in good order?",
  rule: "Calls whose answers name an unknown version (in the content type, or in a field such as `schemaVersion`) succeed, or fail at once and are told apart from a breakdown: never the end of the process, never a call without an end. Sending them again, or a bare 500, is advice.",
  source:
    "CloudEvents 1.0 §3 (specversion); RFC 6838 §4.3 (parameters of media types); holdfast guide survives-unknown-version",
  required: false,
  about: () => null,
  commitment: operationPath("answer"),
  plan: (_, target) => (mayNameVersion(target) ? [unknownVersion(target)] : []),
  needs: () => [],
  judge: (_, evidence, target) => {
    if (!mayNameVersion(target)) return say("not-applicable", "the declared answer names no version", []);
    const calls = callsOf(evidence, name);
    const [seen] = changesSeen(evidence, [name]);
    if (seen !== undefined) {
      const found = harm(seen, calls, evidence, target);
      if (found !== null) return found;
    }
    const answered = calls.filter((call) => call.attempts.some((one) => one.response?.completeMs != null));
    if (seen === undefined && answered.length >= callsMin)
      return say("not-applicable", "no answer of the provider names a version", calls);
    const gap = sampleGap(name, unknownVersion(target), evidence);
    if (gap !== null || seen === undefined)
      return gap ?? say("inconclusive", "no call got a whole answer", calls);
    return ended(seen, calls, evidence, target);
  },
});

/** What a stub answers is known; what another provider answers is seen. */
function mayNameVersion({ integration, operation }: Target): boolean {
  return integration.provider.kind !== "stub" || namesVersion(operation.answer);
}

function unknownVersion(target: Target): ExperimentSpec {
  const program = forever({ kind: "mutate", change: "unknown-version" });
  return spec(target, name, "Each answer names a version that nobody knows.", program, {
    samples: 3,
    samplesMax: 6,
    perInstance: 3,
  });
}

function harm(
  { crashed, unfinished, ...seen }: ChangeSeen,
  calls: readonly ObservedCall[],
  evidence: Evidence,
  target: Target,
): Judgement | null {
  if (crashed.length === 0 && unfinished.length < callsMin) return null;
  const words = lastWordsOf(evidence, crashed);
  const said = words === null ? "" : ` Its last words: ${words}`;
  const because =
    crashed.length > 0
      ? `the service ended by itself under an answer of an unknown version (${many(crashed.length, "instance")})`
      : `${unfinished.length} of ${many(seen.calls.length, "call")} never ended after an answer of an unknown version`;
  return say("fail", because, calls, {
    diagnosis:
      crashed.length > 0
        ? `What a version stands for is looked up where nobody catches that there is nothing.${said}`
        : "An answer that cannot be read yet is kept, and the caller is kept with it.",
    severity: severityOf(target, "harm") ?? "high",
    evidence: citeChange({ crashed, unfinished, ...seen }),
  });
}

function ended(
  { calls: met, failed, unfinished }: ChangeSeen,
  calls: readonly ObservedCall[],
  { healthy }: Evidence,
  target: Target,
): Judgement {
  const usual = Math.max(1, median(healthy.map((call) => call.attempts.length)));
  if (failed.length + unfinished.length === 0) {
    const because = `all ${many(met.length, "call")} succeeded with an answer of an unknown version`;
    return say("pass", because, calls, { bound: zeroBound(met.length) });
  }
  if (failed.length < Math.max(callsMin, met.length)) {
    const because = `${failed.length + unfinished.length} of ${many(met.length, "call")} failed with an answer of an unknown version, which is too little to tell a rule from chance`;
    const more = { experiment: name, samples: callsMin, buys: "calls to tell a rule from chance" };
    return say("inconclusive", because, calls, { more });
  }
  const again = failed.filter((call) => call.attempts.length > usual);
  const bare = failed.filter((call) => call.status === 500);
  if (again.length < callsMin && bare.length < callsMin) {
    const because = `all ${many(failed.length, "call")} were refused at once with an answer of an unknown version`;
    return say("pass", because, calls, { bound: zeroBound(failed.length) });
  }
  const most = largest(again.map((call) => call.attempts.length));
  const how =
    again.length >= callsMin
      ? `sent again, up to ${many(most, "attempt")} in all`
      : "answered with a bare 500, which tells its caller nothing";
  return say(
    "advice",
    `${many(failed.length, "call")} with an answer of an unknown version were ${how}`,
    calls,
    {
      diagnosis: "An unknown version is taken for a breakdown. The next answer will be of the same version.",
      severity: severityOf(target, "advice") ?? "low",
      evidence: [...again, ...bare]
        .slice(0, 2)
        .map((call) => cite(call, many(call.attempts.length, "attempt"))),
    },
  );
}
