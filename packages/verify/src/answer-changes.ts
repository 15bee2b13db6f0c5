import type { FaultSpec } from "@holdfast/faults";
import { callHorizonMs, expectedWaitsMs, spec } from "./experiments.ts";
import { cite } from "./judgement.ts";
import type { Citation, Evidence, ExperimentSpec, InstanceRecord, ObservedCall, Target } from "./model.ts";
import { tellingWords } from "./telling-words.ts";

/** An experiment in which each call of a sample meets another of `faults`, on all its attempts. */
export function oneFaultPerCall(
  target: Target,
  name: string,
  summary: string,
  faults: readonly FaultSpec[],
  perCall: { readonly samples: number; readonly expectedMs: number },
): ExperimentSpec {
  // A call lasts as long as it takes to give up; `forever` is for the attempts of one call.
  const program = { steps: faults.map((fault) => ({ fault, times: "forever" as const })) };
  return spec(target, name, summary, program, {
    procedure: { kind: "step-per-call" },
    samples: perCall.samples,
    samplesMax: perCall.samples * 2,
    perInstance: 1,
    horizonMs: callHorizonMs(target),
    expectedMs: faults.length * perCall.expectedMs,
  });
}

/** What a call that fails over a broken answer is expected to take, with the watching after it. */
export function failingCallMs(target: Target): number {
  return 220 + expectedWaitsMs(target);
}

/** What became of the calls that met one fault. */
export interface ChangeSeen {
  readonly fault: FaultSpec;
  /** Calls that had the changed answer whole before they ended. */
  readonly calls: readonly ObservedCall[];
  readonly failed: readonly ObservedCall[];
  readonly unfinished: readonly ObservedCall[];
  /** Calls under which the instance ended by itself. */
  readonly crashed: readonly ObservedCall[];
}

/** The calls of experiments by the fault they met, in the order of their programs. A fault that took hold on none is left out. */
export function changesSeen(evidence: Evidence, names: readonly string[]): ChangeSeen[] {
  return names.flatMap((name) => {
    const found = evidence.experiments[name];
    if (found === undefined) return [];
    const cut = found.setAside.flatMap(({ observed }) => observed ?? []).filter(diedWith(found.instances));
    return found.experiment.program.steps.flatMap(({ fault }) => {
      if (fault === null) return [];
      const met = (call: ObservedCall) => hasMet(call, fault);
      const calls = found.calls.filter(met);
      const crashed = cut.filter(met);
      if (calls.length + crashed.length === 0) return [];
      const failed = calls.filter((call) => call.outcome === "failed");
      return [{ fault, calls, failed, unfinished: calls.filter(isUnfinished), crashed }];
    });
  });
}

function isUnfinished(call: ObservedCall): boolean {
  return call.outcome === "unfinished";
}

/** Whether a call was given the changed answer in full; one that hangs on it was as well. */
function hasMet(call: ObservedCall, fault: FaultSpec): boolean {
  const text = JSON.stringify(fault);
  return call.attempts.some(
    (one) =>
      one.firedMs !== null &&
      JSON.stringify(one.fault?.spec) === text &&
      (one.response?.completeMs != null || one.end === "fault-closed"),
  );
}

/** Whether a call was the last of an instance that ended by itself. */
function diedWith(instances: readonly InstanceRecord[]): (call: ObservedCall) => boolean {
  const ended = new Map(instances.filter(({ end }) => end === "exited").map((one) => [one.instance, one]));
  return (call) => ended.has(call.instance);
}

/** Cites what became of a change: its crashed calls before its hung and failed ones. */
export function citeChange(seen: ChangeSeen): Citation[] {
  const worst = [...seen.crashed, ...seen.unfinished, ...seen.failed][0];
  if (worst === undefined) return [];
  const ended = seen.crashed.length > 0 ? "the instance ended under it" : `call ${worst.outcome}`;
  const said = worst.error === null ? "" : `: ${worst.error.slice(0, 120)}`;
  return [cite(worst, `${changeText(seen.fault)}: ${ended}${said}`)];
}

/** What the dying instances of these calls said last; `null` when they said nothing. */
export function lastWordsOf(evidence: Evidence, calls: readonly ObservedCall[]): string | null {
  const dead = new Set(calls.map((call) => call.instance));
  const instances = Object.values(evidence.experiments).flatMap((one) => one.instances);
  const words = instances
    .filter((one) => dead.has(one.instance))
    .map((one) => tellingWords(one.lastWords))
    .find((one) => one !== undefined);
  return words === undefined ? null : words.slice(0, 200);
}

const words: Readonly<Record<string, string>> = {
  "unknown-field": "an unknown field",
  "unknown-nested-field": "an unknown field in a nested object",
  "reordered-keys": "fields in another order",
  "unknown-enum": "an unknown word in place of a known one",
  "long-string": "a text of 3,600 more characters",
  "big-integer": "2^53 + 1 in place of a whole number",
  "missing-all": "no field at all",
  "wrong-types": "every field of another type",
  "unknown-version": "an unknown version",
  "extra-header": "an unknown header",
  "reason-phrase": "another reason phrase",
  charset: "another way to write the charset",
  "invalid-json": "a body that is no valid JSON",
  html: "an HTML page",
  empty: "an empty body",
};

/** A change of an answer in a few words. */
export function changeText(fault: FaultSpec): string {
  const { change = fault["what"], at } = fault as FaultSpec & { readonly change?: unknown };
  if (change === "missing-field" && typeof at === "string") return `no ${at}`;
  return words[String(change)] ?? String(change);
}
