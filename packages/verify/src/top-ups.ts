import type { Contract } from "@holdfast/contract";
import { checks } from "./checks/index.ts";
import { assemble, evidenceFor } from "./evidence.ts";
import type { CallRecord, Experiment, Observation, Plan, Target } from "./model.ts";
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
  const known = assemble(observations, plan.experiments);
  const assembled = known.noise === null ? { ...known, noise: noiseUnknown } : known;
  const asked = new Map<string, TopUp>();
  for (const target of targets(contract)) {
    const evidence = evidenceFor(assembled, target);
    for (const experiment of plan.experiments.filter((one) => isOf(one, target))) {
      const wants = wantsOf(experiment, target, evidence);
      const taken = assembled.calls.filter(
        (call) => call.experiment === experiment.id && call.phase === "sample",
      );
      const room = experiment.samplesMax - taken.length + wants.replaced;
      const samples = Math.min(wants.samples, room, affordable(taken));
      if (samples > 0)
        asked.set(experiment.id, { experiment: experiment.id, samples, perInstance: wants.perInstance });
    }
  }
  return [...asked.values()];
}

/** The noise is known when a run ends; until then a busy machine is assumed, so that what it could upset is asked for. */
const noiseUnknown = { type: "noise", samples: 0, sigmaMs: 1, p50Ms: 1, p99Ms: 20, maxMs: 50 } as const;

/** How long the calls of one round of top-ups may take in all: endless calls are not watched over and over. */
const roundMs = 80_000;

function affordable(taken: readonly CallRecord[]): number {
  if (taken.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.floor(roundMs / median(taken.map((call) => call.watchedUntilMs - call.startedMs))));
}

function isOf(experiment: Experiment, { scenario, integration, operation }: Target): boolean {
  return (
    experiment.scenario === scenario.name &&
    experiment.integration === integration.name &&
    experiment.operation === operation.name
  );
}

function wantsOf(experiment: Experiment, target: Target, evidence: ReturnType<typeof evidenceFor>) {
  const found = evidence.experiments[experiment.name];
  const poisoned =
    found?.setAside.filter((one) => one.because.startsWith("nothing reached the wire")).length ?? 0;
  const usable = found?.calls.length ?? 0;
  const replaced = Math.min(poisoned, Math.max(0, experiment.samples - usable));
  const wanted = checks
    .filter((check) => experiment.checks.includes(check.id))
    .map((check) => {
      const subject = check.about(target);
      if (isNotApplicable(subject)) return 0;
      const judgement = check.judge(subject, evidence, target);
      if (judgement.verdict !== "inconclusive" || judgement.more?.experiment !== experiment.name) return 0;
      return judgement.more.samples;
    });
  return {
    samples: Math.max(replaced, ...wanted, 0),
    replaced,
    perInstance: poisoned > 0 ? 1 : experiment.perInstance,
  };
}
