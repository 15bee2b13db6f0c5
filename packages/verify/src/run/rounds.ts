import type { Contract } from "@holdfast/contract";
import type { Experiment, Plan } from "../model.ts";
import type { OpenRun } from "./open-run.ts";
import type { ProgressTeller } from "./progress.ts";
import { type LaneReport, runBoard, type Workshop } from "./run-board.ts";
import type { RunDecisions } from "./run-options.ts";
import { whyNotSafe } from "./safety.ts";

const roundsMax = 4;

type Work = { readonly experiment: Experiment; readonly samples: number };

/** Makes the plan's experiments, then more samples of those whose verdicts are open, and records what each came to. */
export async function runRounds(
  open: OpenRun,
  decisions: RunDecisions,
  plan: Plan,
  tools: {
    readonly progress: ProgressTeller;
    readonly workshop: Workshop;
    readonly allowHosts: readonly string[];
  },
): Promise<void> {
  const { context, observations } = open;
  const reports = new Map<string, LaneReport>();
  let wanted: readonly Work[] = plan.experiments.map((experiment) => ({
    experiment,
    samples: experiment.samples,
  }));
  for (let round = 0; round < roundsMax && !context.signal.aborted; round++) {
    const work = allowed(context.contract, wanted, tools.allowHosts, reports);
    if (work.length === 0) break;
    const samples = work.reduce((sum, each) => sum + each.samples, 0);
    const expectedMs = round === 0 ? plan.estimateMs : 0;
    tools.progress.expect({ expectedMs, experiments: plan.experiments.length, samples });
    tools.progress.phase("run");
    for (const report of await runBoard(context, work, tools.workshop)) merge(reports, report);
    if (!context.signal.aborted) wanted = more(plan, decisions.more(observations, plan));
  }
  for (const report of reports.values()) context.record({ type: "experiment", ...report });
}

/** What may be made and has samples to take; what may not is reported with its reason. */
function allowed(
  contract: Contract,
  wanted: readonly Work[],
  allowHosts: readonly string[],
  reports: Map<string, LaneReport>,
): readonly Work[] {
  return wanted.filter(({ experiment, samples }) => {
    const integration = contract.integrations.find(({ name }) => name === experiment.integration);
    const because =
      integration === undefined ? null : whyNotSafe(integration, experiment.program, allowHosts);
    if (because !== null) merge(reports, { experiment, samples: 0, wallMs: 0, stoppedBecause: because });
    return samples > 0 && because === null;
  });
}

function more(plan: Plan, asked: ReturnType<RunDecisions["more"]>): readonly Work[] {
  return asked.flatMap(({ experiment: id, samples, perInstance }) => {
    const experiment = plan.experiments.find((each) => each.id === id);
    return experiment === undefined ? [] : [{ experiment: { ...experiment, perInstance }, samples }];
  });
}

function merge(reports: Map<string, LaneReport>, report: LaneReport): void {
  const before = reports.get(report.experiment.id);
  reports.set(report.experiment.id, {
    experiment: before?.experiment ?? report.experiment,
    samples: report.samples + (before?.samples ?? 0),
    wallMs: report.wallMs + (before?.wallMs ?? 0),
    stoppedBecause: report.stoppedBecause ?? before?.stoppedBecause ?? null,
  });
}
