import type { FaultProgram } from "@holdfast/faults";
import { type DrivenRecord, driveCall } from "../drive-call.ts";
import { oneCall } from "./one-call.ts";
import type { Procedure, SampleTools } from "./procedure.ts";

/** One call for each step of the program, each under its own step alone; it ends early when the instance is spent. */
export const stepPerCall: Procedure = async (context, tools) => {
  const [first, ...rest] = tools.experiment.program.steps.map((step): FaultProgram => ({ steps: [step] }));
  if (first === undefined) return oneCall(context, tools);
  let driven = await driveCall(context, tools.instance, tools.identity(), wanted(tools, first));
  for (const program of rest) {
    if (isSpent(driven, tools)) break;
    driven = await driveCall(context, tools.instance, tools.identity(), wanted(tools, program));
  }
  return driven;
};

function wanted({ experiment }: SampleTools, program: FaultProgram) {
  const { integration, operation, horizonMs, lingerGaps, lingerMs = 0 } = experiment;
  const fault = { integration, operation, program };
  return { phase: "sample", horizonMs, lingerGaps, lingerMs, fault } as const;
}

function isSpent({ call }: DrivenRecord, { instance }: SampleTools): boolean {
  return call.outcome === "unfinished" || instance.exit() !== null;
}
