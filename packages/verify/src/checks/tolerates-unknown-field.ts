import {
  type ChangeSeen,
  changesSeen,
  changeText,
  citeChange,
  lastWordsOf,
  oneFaultPerCall,
} from "../answer-changes.ts";
import { operationPath } from "../contract-paths.ts";
import { defineCheck, sampleGap } from "../define-check.ts";
import { callsOf, many, say, severityOf } from "../judgement.ts";
import type { Check, Evidence, ExperimentSpec, Judgement, ObservedCall, Target } from "../model.ts";
import { median, zeroBound } from "../stats.ts";

/** Changes that carry no meaning: nobody who reads what is documented can notice them. */
const meaningless = [
  "unknown-field",
  "unknown-nested-field",
  "reordered-keys",
  "extra-header",
  "reason-phrase",
  "charset",
] as const;
/** Values that are new to the consumer, and that its provider may send one day. */
const newValues = ["long-string", "big-integer", "unknown-enum"] as const;

const name = "changed-answers";
/** How many calls a change takes to be judged. */
const callsMin = 2;

/** Does the consumer read what it knows and let the rest be? */
export const toleratesUnknownField: Check<null> = defineCheck<null>({
  id: "tolerates-unknown-field",
  item: "consistency/compatibility",
  question: "Does a call go on working when an answer has a field more, or says the same in another way?",
  rule: "An unknown field at the root or in a nested object, fields in another order, an unknown header, another reason phrase or another spelling of the charset leave every call as it was. A much longer text or a whole number beyond 2^53 that fails calls is advice; so is an unknown word of an enumeration that is sent again or ends in a bare 500. One change to a call; a body that is signed or encoded is not changed.",
  source:
    "Postel's law as the tolerant reader; RFC 8259 §4 (order), RFC 9112 §4 (reason phrase), RFC 9110 §5.1 (unknown fields); holdfast guide tolerates-unknown-field",
  required: true,
  about: () => null,
  commitment: operationPath("answer"),
  plan: (_, target) => [changedAnswers(target)],
  needs: () => [],
  judge: (_, evidence, target) => {
    const seen = changesSeen(evidence, [name]);
    const calls = callsOf(evidence, name);
    const broken = seen.filter(isBroken);
    const harmed = broken.filter((one) => one.crashed.length > 0 || isOf(meaningless, one));
    if (harmed.length > 0) return harm(harmed, calls, evidence, target);
    const gap = sampleGap(name, undefined, evidence) ?? unclear(seen, calls);
    if (gap !== null) return gap;
    const usual = median(evidence.healthy.map((call) => call.attempts.length));
    const unready = broken.filter((one) => isOf(newValues, one) && !isCleanRefusal(one, usual));
    if (unready.length > 0) return advise(unready, calls, target);
    const refused = broken.map((one) => changeText(one.fault));
    const beside = refused.length === 0 ? "" : `; ${refused.join(", ")} was refused with a clean failure`;
    const kept = seen.filter((one) => !isBroken(one));
    const count = kept.reduce((sum, one) => sum + one.calls.length, 0);
    const names = kept.map((one) => changeText(one.fault)).join(", ");
    const because = `all ${many(count, "call")} ended as they do without a change, each with one of these: ${names}${beside}`;
    return say("pass", because, calls, { bound: zeroBound(count) });
  },
});

function changedAnswers(target: Target): ExperimentSpec {
  const faults = [...meaningless, ...newValues].map((change) => ({ kind: "mutate", change }));
  const summary =
    "The provider answers, and one thing about each answer is changed that a reader may not mind.";
  return oneFaultPerCall(target, name, summary, faults, { samples: 3, expectedMs: 230 });
}

function isOf(changes: readonly string[], { fault }: ChangeSeen): boolean {
  return changes.includes(String(fault["change"]));
}

/** Every call with this change failed: one that fails now and then is the machine's. */
function isBroken({ calls, failed, unfinished, crashed }: ChangeSeen): boolean {
  if (crashed.length > 0) return true;
  return calls.length >= callsMin && failed.length + unfinished.length === calls.length;
}

/** A word that nobody knew may be refused: told to the caller as a failure of its own, and not asked for again. */
function isCleanRefusal(seen: ChangeSeen, usual: number): boolean {
  if (!isOf(["unknown-enum"], seen) || seen.unfinished.length > 0) return false;
  return seen.failed.every((call) => call.status !== 500 && call.attempts.length <= usual);
}

/** What keeps the changes from being judged, or `null`. */
function unclear(seen: readonly ChangeSeen[], calls: readonly ObservedCall[]): Judgement | null {
  const fields = seen.filter((one) => isOf(["unknown-field", "unknown-nested-field"], one));
  if (fields.length === 0) {
    const answered = calls.filter((call) => call.attempts.some((one) => one.response?.completeMs != null));
    if (answered.length < callsMin) return say("inconclusive", "no call got a whole answer", calls);
    return say("not-applicable", "no answer holds a JSON object that a field could be added to", calls);
  }
  const open = seen.find(
    (one) => one.calls.length < callsMin || (!isBroken(one) && one.failed.length + one.unfinished.length > 0),
  );
  if (open === undefined) return null;
  const failed = open.failed.length + open.unfinished.length;
  const because = `with ${changeText(open.fault)} ${failed} of ${many(open.calls.length, "call")} failed, which is too little to tell a rule from chance`;
  return say("inconclusive", because, calls, {
    more: { experiment: name, samples: callsMin, buys: "calls to tell a rule from chance" },
  });
}

function failedOf({ fault, calls, failed, unfinished, crashed }: ChangeSeen): string {
  const told = [
    ...(calls.length > 0 ? [`${failed.length + unfinished.length} of ${many(calls.length, "call")}`] : []),
    ...(crashed.length > 0 ? [`${many(crashed.length, "instance")} ended under it`] : []),
  ];
  return `${changeText(fault)} (${told.join(", ")})`;
}

/** What is probably wrong inside where a change that means nothing breaks a call. */
const causes: Readonly<Record<(typeof meaningless)[number], string>> = {
  "unknown-field":
    "The answer is held against a closed description of it, so that whatever the provider adds breaks this consumer.",
  "unknown-nested-field":
    "A part of the answer is held against a closed description of it, so that whatever the provider adds there breaks this consumer.",
  "reordered-keys": "Fields are found by their place in the text and not by their names.",
  "extra-header": "The head of the answer is held against a list of the headers that are known.",
  "reason-phrase": "The status line is compared as a text, when only its number has a meaning.",
  charset: "The content type is compared as a text and not read as a type with parameters.",
};

function causeOf(harmed: readonly ChangeSeen[]): string {
  const change = meaningless.find((one) => harmed.some(({ fault }) => fault["change"] === one));
  return change === undefined ? "A value that is new to it ends the process." : causes[change];
}

function harm(
  harmed: readonly ChangeSeen[],
  calls: readonly ObservedCall[],
  evidence: Evidence,
  target: Target,
): Judgement {
  const crashed = harmed.flatMap((one) => one.crashed);
  const words = lastWordsOf(evidence, crashed);
  const said = words === null ? "" : ` Its last words: ${words}`;
  return say("fail", `calls fail where only this is different: ${harmed.map(failedOf).join(", ")}`, calls, {
    diagnosis: `${causeOf(harmed)}${said}`,
    severity: severityOf(target, "harm") ?? "high",
    evidence: harmed.flatMap(citeChange).slice(0, 3),
  });
}

function advise(unready: readonly ChangeSeen[], calls: readonly ObservedCall[], target: Target): Judgement {
  return say(
    "advice",
    `calls fail on values that are new to them: ${unready.map(failedOf).join(", ")}`,
    calls,
    {
      diagnosis:
        "A value is taken to be one of those seen so far. Where a new one has to be refused, that is a failure of its own, which another attempt cannot mend.",
      severity: severityOf(target, "advice") ?? "low",
      evidence: unready.flatMap(citeChange).slice(0, 3),
    },
  );
}
