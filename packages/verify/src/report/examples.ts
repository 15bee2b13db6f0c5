import type { Citation, Experiment } from "../model.ts";
import type { EvidenceIndex } from "./evidence-index.ts";
import type { CheckResult } from "./model.ts";

/** Experiments of which one call each is shown. */
const examplesMax = 2;

/**
 * Calls to look at for a verdict that cites none, as a pass does: the first sample on which the fault took hold, of the first
 * experiments that the check asked for. They illustrate; the verdict rests on all samples. None where no call was judged.
 */
export function exampleCalls(check: CheckResult, index: EvidenceIndex): readonly Citation[] {
  const decided = check.verdict === "pass" || check.verdict === "advice" || check.verdict === "inconclusive";
  if (!decided || check.samples === 0 || check.evidence.length > 0) return [];
  return [...index.experiments.values()]
    .filter((experiment) => isOf(experiment, check))
    .flatMap((experiment) => exampleOf(experiment, index) ?? [])
    .slice(0, examplesMax);
}

/** Whether an experiment was run for a check, on the same target. */
export function isOf(experiment: Experiment, check: CheckResult): boolean {
  const { integration, operation, scenario = experiment.scenario } = check;
  const same = experiment.integration === integration && experiment.operation === operation;
  return same && experiment.scenario === scenario && experiment.checks.includes(check.id);
}

function exampleOf(experiment: Experiment, index: EvidenceIndex): Citation | null {
  const breaks = experiment.program.steps.some((step) => step.fault !== null);
  for (const call of index.calls.values()) {
    if (call.experiment !== experiment.id || call.phase !== "sample") continue;
    const exchanges = (index.byCall.get(call.id) ?? []).filter(
      (one) => one.operation === experiment.operation,
    );
    if (exchanges.length === 0 || (breaks && exchanges.every((one) => one.firedMs === null))) continue;
    const note = `For example: ${experiment.summary}`;
    return { experiment: experiment.id, call: call.id, exchanges: exchanges.map((one) => one.id), note };
  }
  return null;
}
