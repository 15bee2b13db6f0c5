import {
  type ChangeSeen,
  changesSeen,
  changeText,
  citeChange,
  failingCallMs,
  lastWordsOf,
  oneFaultPerCall,
} from "../answer-changes.ts";
import { fieldsOf } from "../answer-fields.ts";
import { operationPath } from "../contract-paths.ts";
import { defineCheck, sampleGap } from "../define-check.ts";
import { callsOf, cite, failIf, many, say, severityOf } from "../judgement.ts";
import { attemptsLimit } from "../limits.ts";
import type { Check, Evidence, ExperimentSpec, Judgement, ObservedCall, Target } from "../model.ts";
import { largest, median, zeroBound } from "../stats.ts";

const unreadable = ["html", "invalid-json", "empty"] as const;
/** How many calls a change takes to be judged. */
const callsMin = 2;
/** Failing calls that one instance is given. */
const perInstance = 4;

/** Does the caller hear of an answer that cannot be right? */
export const rejectsBrokenCleanly: Check<null> = defineCheck<null>({
  id: "rejects-broken-cleanly",
  item: "consistency/compatibility",
  question:
    "Is an answer that is no JSON, or lacks a field that is needed, a failure that the caller hears of?",
  rule: "An HTML page, broken JSON, an empty body, fields of another type and the lack of a field never end the process, never leave a call hanging, and take no more than twice the attempts that are declared (else twice 5; the exact count is for bounded to judge). A field is needed when calls fail without it; where one is, an answer that cannot be read or has no field at all is never a success. Which fields are needed is found by leaving each declared one out in turn; a consumer whose calls succeed whatever the body holds is not judged.",
  source:
    "RFC 9110 §15.3 (what a 2xx says); Filibuster's byzantine values; holdfast guide rejects-broken-cleanly",
  required: false,
  about: () => null,
  commitment: operationPath("answer"),
  plan: (_, target) => experimentsOf(target),
  needs: () => [],
  judge: (_, evidence, target) => {
    const planned = experimentsOf(target);
    const names = planned.map((one) => one.name);
    const seen = changesSeen(evidence, names);
    const calls = callsOf(evidence, ...names);
    const gap = harm(seen, calls, evidence, target) ?? gapIn(planned, seen, calls, evidence);
    return gap ?? tooMany(seen, calls, evidence, target) ?? taken(seen, calls, target) ?? clean(seen, calls);
  },
});

function experimentsOf(target: Target): ExperimentSpec[] {
  const perCall = { samples: 2, expectedMs: failingCallMs(target) };
  const broken = unreadable.map((what) => ({ kind: "malformed", what }));
  const missing = [
    { kind: "mutate", change: "missing-all" },
    { kind: "mutate", change: "wrong-types" },
    ...fieldsOf(target.operation.answer).map((at) => ({ kind: "mutate", change: "missing-field", at })),
  ];
  const parts = Array.from({ length: Math.ceil(missing.length / perInstance) }, (_, part) =>
    missing.slice(part * perInstance, (part + 1) * perInstance),
  );
  return [
    oneFaultPerCall(target, "broken-answers", "Each answer is one that nobody can read.", broken, perCall),
    ...parts.map((faults, part) =>
      oneFaultPerCall(
        target,
        `missing-fields-${part + 1}`,
        "The provider answers, and each answer lacks something.",
        faults,
        perCall,
      ),
    ),
  ];
}

function has(names: readonly string[], { fault }: ChangeSeen): boolean {
  return names.includes(String(fault["change"] ?? fault["what"]));
}

function allFailed({ calls, failed, unfinished }: ChangeSeen): boolean {
  return calls.length >= callsMin && failed.length + unfinished.length === calls.length;
}

function noneFailed({ calls, failed, unfinished }: ChangeSeen): boolean {
  return calls.length >= callsMin && failed.length + unfinished.length === 0;
}

function list(seen: readonly ChangeSeen[], count: (one: ChangeSeen) => number): string {
  return seen
    .map((one) => `${changeText(one.fault)} (${count(one)} of ${one.calls.length + one.crashed.length})`)
    .join(", ");
}

/** Ends the process or leaves the call hanging. */
function harm(
  seen: readonly ChangeSeen[],
  calls: readonly ObservedCall[],
  evidence: Evidence,
  target: Target,
): Judgement | null {
  const crashed = seen.filter((one) => one.crashed.length > 0);
  const hung = seen.filter((one) => one.unfinished.length >= callsMin);
  if (crashed.length + hung.length === 0) return null;
  const told = [
    ...(crashed.length > 0
      ? [`the service ended by itself under ${list(crashed, (one) => one.crashed.length)}`]
      : []),
    ...(hung.length > 0 ? [`calls never ended with ${list(hung, (one) => one.unfinished.length)}`] : []),
  ];
  const words = lastWordsOf(
    evidence,
    crashed.flatMap((one) => one.crashed),
  );
  const said = words === null ? "" : ` Its last words: ${words}`;
  const diagnosis =
    crashed.length > 0
      ? `What the answer holds is used where nobody catches what goes wrong.${said}`
      : "The failure to read an answer reaches nobody: a promise or a callback that never comes.";
  return say("fail", told.join("; "), calls, {
    diagnosis,
    severity: severityOf(target, "harm") ?? "high",
    evidence: [...crashed, ...hung].flatMap(citeChange).slice(0, 3),
  });
}

/** Why too little is known, or `null`. */
function gapIn(
  planned: readonly ExperimentSpec[],
  seen: readonly ChangeSeen[],
  calls: readonly ObservedCall[],
  evidence: Evidence,
): Judgement | null {
  for (const one of planned) {
    const gap = sampleGap(one.name, one, evidence);
    // That nothing in an answer could be left out is no gap.
    const few = (evidence.experiments[one.name]?.calls.length ?? 0) < callsMin;
    if (gap !== null && (one.name === "broken-answers" || few)) return gap;
  }
  const open = seen.find((one) => !(allFailed(one) || noneFailed(one)));
  if (open === undefined) return null;
  const because = `with ${changeText(open.fault)} ${open.failed.length + open.unfinished.length} of ${many(open.calls.length, "call")} failed, which is too little to tell a rule from chance`;
  const experiment = open.calls[0]?.experiment.split("/").at(-1) ?? "broken-answers";
  return say("inconclusive", because, calls, {
    more: { experiment, samples: callsMin, buys: "calls to tell a rule from chance" },
  });
}

/** A broken answer is asked for again far more often than any failure may be; a count that is off by one is not of its making. */
function tooMany(
  seen: readonly ChangeSeen[],
  calls: readonly ObservedCall[],
  evidence: Evidence,
  target: Target,
): Judgement | null {
  const usual = Math.max(1, median(evidence.healthy.map((call) => call.attempts.length)));
  const limit = attemptsLimit(target);
  const over = (call: ObservedCall) => call.attempts.length > 2 * limit.value * usual;
  const repeated = seen.filter((one) => one.calls.filter(over).length >= callsMin);
  if (repeated.length === 0) return null;
  const most = largest(repeated.flatMap((one) => one.calls.map((call) => call.attempts.length)));
  const worst = repeated.flatMap((one) => one.calls.filter(over)).slice(0, 3);
  const because = `up to ${many(most, "attempt")} a call with ${list(repeated, (one) => one.calls.filter(over).length)}, ${limit.value} are ${limit.declared ? "declared" : "the default"}`;
  return say(failIf(limit.declared), because, calls, {
    diagnosis:
      "An answer that cannot be read is asked for again in a loop of its own, past the policy's count.",
    severity: severityOf(target, limit.declared ? "broken" : "advice") ?? "medium",
    evidence: worst.map((call) => cite(call, many(call.attempts.length, "attempt"))),
  });
}

/** A success that rests on nothing. */
function taken(
  seen: readonly ChangeSeen[],
  calls: readonly ObservedCall[],
  target: Target,
): Judgement | null {
  const needed = seen.filter((one) => has(["missing-field"], one) && allFailed(one));
  const garbage = seen.filter((one) => has([...unreadable, "missing-all"], one) && noneFailed(one));
  const isJson = seen.some(({ fault }) => fault.kind === "mutate");
  const readable = isJson ? garbage.filter((one) => has(["html", "invalid-json"], one)) : [];
  const evidence = garbage.flatMap(({ fault, calls: [call] }) =>
    call === undefined ? [] : [cite(call, `${changeText(fault)}: call succeeded`)],
  );
  const details = { evidence: evidence.slice(0, 3) };
  const fields = needed.map(({ fault }) => String(fault["at"])).join(", ");
  if (needed.length > 0 && garbage.length > 0) {
    const because = `calls succeed with ${list(garbage, (one) => one.calls.length)}, though they need ${fields}`;
    return say("fail", because, calls, {
      ...details,
      diagnosis:
        "A status of 2xx is taken for a success before the body is read, or what could not be read is replaced.",
      severity: severityOf(target, "harm") ?? "high",
    });
  }
  if (seen.every(noneFailed)) {
    const because = `all ${many(calls.length, "call")} succeeded whatever the body held: the outcome of a call does not depend on it, or the scenario does not tell (\`expect.json\`)`;
    return say("not-applicable", because, calls);
  }
  if (readable.length === 0) return null;
  const because = `calls succeed with ${list(readable, (one) => one.calls.length)}, though other broken answers are refused`;
  return say("advice", because, calls, {
    ...details,
    diagnosis: "The answer is looked at, but not for what it has to be.",
    severity: severityOf(target, "advice") ?? "low",
  });
}

function clean(seen: readonly ChangeSeen[], calls: readonly ObservedCall[]): Judgement {
  const refused = seen.filter(allFailed);
  const failed = refused.reduce((sum, one) => sum + one.calls.length, 0);
  const needed = refused.filter((one) => has(["missing-field"], one));
  const fields = needed.map(({ fault }) => String(fault["at"])).join(", ");
  const beside = needed.length > 0 ? `; they need ${fields}` : "; no single field was found to be needed";
  const names = refused.map((one) => changeText(one.fault)).join(", ");
  const because = `all ${many(failed, "call")} failed and ended, each with one of these: ${names}${beside}`;
  return say("pass", because, calls, { bound: zeroBound(failed) });
}
