import type { Contract } from "@holdfast/contract";
import { isOneCall } from "../experiments.ts";
import type { Experiment, NoiseRecord, Observation, Plan } from "../model.ts";
import { median } from "../stats.ts";
import type { OpenRun } from "./open-run.ts";
import type { ProgressTeller } from "./progress.ts";
import { runBoard, type Workshop } from "./run-board.ts";
import type { RunDecisions } from "./run-options.ts";
import { isCallByCall, whyNotSafe } from "./safety.ts";
import type { Work } from "./schedule.ts";

/** How often an experiment may be given more samples. */
const topUpsMax = 3;

/** Makes the plan's experiments, with more samples of those whose verdicts stay open, and records what each came to. */
export async function runExperiments(
  open: OpenRun,
  decisions: RunDecisions,
  plan: Plan,
  tools: {
    readonly progress: ProgressTeller;
    readonly workshop: Omit<Workshop, "topUps">;
    readonly allowHosts: readonly string[];
    /** The noise measured so far, by which open verdicts are judged meanwhile. */
    readonly noise: () => NoiseRecord | null;
    /** What the run takes when an instance starts in so many ms. */
    readonly estimate: (startMs: number) => number;
  },
): Promise<void> {
  const { context, observations } = open;
  const unsafe = new Map<string, string>();
  for (const experiment of plan.experiments) {
    const because = whyUnsafe(context.contract, experiment, tools.allowHosts);
    if (because !== null) unsafe.set(experiment.id, because);
  }
  const safe = plan.experiments.filter(({ id }) => !unsafe.has(id));
  const work = safe.map((experiment) => ({ experiment, samples: experiment.samples }));
  const planned = safe.filter((experiment) => experiment.samples > 0);
  const given = new Map<string, number>();
  const topUps = (finished: ReadonlySet<string>): readonly Work[] => {
    if (context.signal.aborted) return [];
    const noise = tools.noise();
    const asked = decisions
      .more(noise === null ? observations : [...observations, noise], plan)
      .flatMap((more) => {
        const experiment = safe.find(({ id }) => id === more.experiment);
        const before = given.get(more.experiment) ?? 0;
        if (experiment === undefined || !finished.has(more.experiment) || before >= topUpsMax) return [];
        if (isHealthy(experiment) && !planned.every((one) => finished.has(one.id))) return [];
        given.set(more.experiment, before + 1);
        return [{ experiment: { ...experiment, perInstance: more.perInstance }, samples: more.samples }];
      });
    for (const { samples } of asked) tools.progress.addSamples(samples);
    return asked;
  };
  const samples = work.reduce((sum, each) => sum + each.samples, 0);
  // A reserve counts only once it is called upon.
  const experiments = work.filter((each) => each.samples > 0).length;
  tools.progress.expect({ expectedMs: plan.estimateMs, experiments, samples });
  tools.progress.phase("run");
  const finished = (experiment: Experiment): void => {
    const startMs = usualStartMs(observations);
    if (startMs !== null) tools.progress.expectMs(tools.estimate(startMs));
    tools.workshop.finished(experiment);
  };
  const reports = await runBoard(context, work, { ...tools.workshop, topUps, finished });
  for (const report of reports) {
    const experiment = safe.find(({ id }) => id === report.experiment.id) ?? report.experiment;
    const ran = report.samples > 0 || report.stoppedBecause !== null;
    if (ran) context.record({ type: "experiment", ...report, experiment });
  }
  for (const experiment of plan.experiments) {
    const stoppedBecause = unsafe.get(experiment.id);
    if (stoppedBecause !== undefined) {
      context.record({ type: "experiment", experiment, wallMs: 0, samples: 0, stoppedBecause });
    }
  }
}

/** How many starts it takes to say how long one is. */
const startsMin = 4;

/** The first instances start cold, all at once and while noise is measured; those after them tell how long a start really takes. */
function usualStartMs(observations: readonly Observation[]): number | null {
  const took = observations.flatMap((one) =>
    one.type === "instance" && one.readyMs !== null && !one.experiment.endsWith("/gate")
      ? [one.readyMs - one.startedMs]
      : [],
  );
  return took.length < startsMin ? null : median(took);
}

/** Healthy calls come with every instance that is still to start: whether more are needed is known at the end. */
function isHealthy(experiment: Experiment): boolean {
  return isOneCall(experiment) && experiment.program.steps.every((step) => step.fault === null);
}

function whyUnsafe(contract: Contract, experiment: Experiment, allowHosts: readonly string[]): string | null {
  const { program, scenario, procedure } = experiment;
  const calls = isCallByCall(experiment);
  const beside = procedure?.kind === "load" ? (procedure.beside ?? []) : [];
  const driven = new Set([scenario, ...beside.map((one) => one.scenario)]);
  const used = contract.scenarios.filter(({ name }) => driven.has(name)).flatMap(({ uses }) => uses);
  const touched = contract.integrations.filter(
    ({ name }) => name === experiment.integration || (!calls && used.some((use) => use.integration === name)),
  );
  const reasons = touched.map((one) => whyNotSafe(one, program, allowHosts, calls));
  return reasons.find((because) => because !== null) ?? null;
}
