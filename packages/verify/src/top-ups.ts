import type { Contract } from "@holdfast/contract";
import { checks } from "./checks/index.ts";
import { type Assembled, assemble, evidenceFor, poisonedBecause } from "./evidence.ts";
import type { Evidence, Experiment, Judgement, Observation, Plan, Target } from "./model.ts";
import { isNotApplicable, targets } from "./plan.ts";
import { median } from "./stats.ts";

/** More samples that undecided verdicts ask for, within what their experiments allow. */
export interface TopUp {
  /** Id of an experiment of the plan. */
  readonly experiment: string;
  readonly samples: number;
  /** Replacements for poisoned samples get an instance each. */
  readonly perInstance: number;
}

/** What would decide verdicts that are still open: replacements for samples set aside, and top-ups that judges ask for. */
export function moreSamples(contract: Contract, observations: readonly Observation[], plan: Plan): TopUp[] {
  const assembled = assemble(observations, plan.experiments);
  return targets(contract).flatMap((target) => {
    const evidence = evidenceFor(assembled, target);
    const experiments = plan.experiments.filter((one) => isOf(one, target));
    const open = openIn(evidence, target, new Set(experiments.flatMap((one) => one.checks)));
    return experiments.flatMap((experiment) => {
      const taken = samplesMs(experiment, assembled);
      const wants = wantsOf(experiment, open, evidence);
      const room = experiment.samplesMax - taken.length + wants.replaced;
      const samples = Math.min(wants.samples, room, affordable(taken));
      const { perInstance } = wants;
      return samples > 0 ? [{ experiment: experiment.id, samples, perInstance }] : [];
    });
  });
}

type More = NonNullable<Judgement["more"]>;

/** What open verdicts ask for; each check is judged once. */
function openIn(evidence: Evidence, target: Target, asked: ReadonlySet<string>): More[] {
  return checks.flatMap((check) => {
    const subject = asked.has(check.id) ? check.about(target) : { notApplicable: "not asked for" };
    if (isNotApplicable(subject)) return [];
    const { verdict, more } = check.judge(subject, evidence, target);
    return verdict === "inconclusive" && more !== undefined ? [more] : [];
  });
}

/** How long the calls of one round of top-ups may take in all: endless calls are not watched over and over. */
const roundMs = 80_000;

function affordable(took: readonly number[]): number {
  if (took.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.floor(roundMs / median(took)));
}

/** How long each sample of an experiment took so far: a call with its watching, or a load as a whole. */
function samplesMs({ id }: Experiment, { calls, loads }: Assembled): number[] {
  return [
    ...calls
      .filter((call) => call.experiment === id && call.phase === "sample")
      .map((call) => call.watchedUntilMs - call.startedMs),
    ...loads.filter((load) => load.experiment === id).map((load) => load.endedMs - load.startedMs),
  ];
}

function isOf(experiment: Experiment, { scenario, integration, operation }: Target): boolean {
  return (
    experiment.scenario === scenario.name &&
    experiment.integration === integration.name &&
    experiment.operation === operation.name
  );
}

function wantsOf(experiment: Experiment, open: readonly More[], evidence: Evidence) {
  const found = evidence.experiments[experiment.name];
  const poisoned = found?.setAside.filter((one) => one.because.startsWith(poisonedBecause)).length ?? 0;
  const replaced = Math.min(poisoned, Math.max(0, experiment.samples - (found?.calls.length ?? 0)));
  const wanted = open.filter((one) => one.experiment === experiment.name).map((one) => one.samples);
  return {
    samples: Math.max(replaced, ...wanted, 0),
    replaced,
    perInstance: poisoned > 0 ? 1 : experiment.perInstance,
  };
}
