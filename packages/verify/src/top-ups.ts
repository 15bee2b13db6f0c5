import type { Contract } from "@holdfast/contract";
import { checks } from "./checks/index.ts";
import { type Assembled, assemble, evidenceFor, poisonedBecause } from "./evidence.ts";
import type { Evidence, Experiment, Judgement, Observation, Plan, Target } from "./model.ts";
import { isNotApplicable, targets } from "./plan.ts";
import { stoodStillBecause } from "./standstills.ts";
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

/** A check whose verdict is open, and what it asks for, if it does. */
interface Open {
  readonly check: string;
  readonly more: More | undefined;
}

/** The open verdicts; each check is judged once. */
function openIn(evidence: Evidence, target: Target, asked: ReadonlySet<string>): Open[] {
  return checks.flatMap((check) => {
    const subject = asked.has(check.id) ? check.about(target) : { notApplicable: "not asked for" };
    if (isNotApplicable(subject)) return [];
    const { verdict, more } = check.judge(subject, evidence, target);
    return verdict === "inconclusive" ? [{ check: check.id, more }] : [];
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

function wantsOf(experiment: Experiment, open: readonly Open[], evidence: Evidence) {
  const found = evidence.experiments[experiment.name];
  const reasons = found?.setAside.map(({ because }) => because) ?? [];
  const problems = found?.loads?.flatMap(({ problem }) => problem ?? []) ?? [];
  const poisoned = reasons.filter((because) => because.startsWith(poisonedBecause)).length;
  // What stood still was no fault of the service: it matters only to whoever could not be decided without.
  const stoodStill = open.some(({ check }) => experiment.checks.includes(check))
    ? [...reasons, ...problems].filter((because) => because.startsWith(stoodStillBecause)).length
    : 0;
  const fit = (found?.calls.length ?? 0) + (found?.loads?.length ?? 0) - problems.length;
  const replaced = Math.min(poisoned + stoodStill, Math.max(0, experiment.samples - fit));
  const wanted = open.flatMap(({ more }) => (more?.experiment === experiment.name ? more.samples : []));
  return {
    samples: Math.max(replaced, ...wanted, 0),
    replaced,
    perInstance: poisoned > 0 ? 1 : experiment.perInstance,
  };
}
