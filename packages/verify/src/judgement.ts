import type { Verdict } from "@holdfast/core";
import { firedIn } from "./attempts.ts";
import type { Attempt, Citation, Evidence, Judgement, ObservedCall, Target } from "./model.ts";

/** What a judge adds to a verdict and its sentence. */
export type Details = Partial<Omit<Judgement, "verdict" | "because">>;

/** A judgement over `calls`: how many there were and how often the fault took hold is counted here. */
export function say(
  verdict: Verdict,
  because: string,
  calls: readonly ObservedCall[],
  details: Details = {},
): Judgement {
  return { verdict, because, fired: firedIn(calls), samples: calls.length, evidence: [], ...details };
}

/** The calls of an experiment; none when it did not run. */
export function callsOf(evidence: Evidence, ...names: readonly string[]): readonly ObservedCall[] {
  return names.flatMap((name) => evidence.experiments[name]?.calls ?? []);
}

/** Cites a call with its attempts. */
export function cite(
  call: ObservedCall,
  note: string,
  attempts: readonly Attempt[] = call.attempts,
): Citation {
  return {
    experiment: call.experiment,
    call: call.id,
    exchanges: attempts.slice(0, 20).map((one) => one.id),
    note,
  };
}

/** `fail` when the contract commits to it, `advice` when nobody declared anything. */
export function failIf(declared: boolean): "fail" | "advice" {
  return declared ? "fail" : "advice";
}

/** Shown harm is as grave as the integration is, a broken commitment one step less, advice two. */
export function severityOf(target: Target, kind: "harm" | "broken" | "advice"): Judgement["severity"] {
  const steps = ["critical", "high", "medium", "low"] as const;
  const declared = steps.indexOf(target.integration.severity);
  const shift = { harm: 0, broken: 1, advice: 2 }[kind];
  return steps[Math.min(3, Math.max(0, declared + shift))];
}

/** `1 call`, `3 calls`. */
export function many(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** `14 %` from 0.139. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(share < 0.1 ? 1 : 0))} %`;
}

/** Whether a result tells of effects that never came about, rather than of too many. */
export function isLoss({ estimate, limit }: Pick<Judgement, "estimate" | "limit">): boolean {
  if (estimate?.unit !== "effects" || limit?.unit !== "effects") return false;
  return estimate.value < limit.value;
}
