import type { FaultProgram } from "@holdfast/faults";
import { type DrivenRecord, driveCall, type WantedCall } from "../drive-call.ts";
import { oneCall } from "./one-call.ts";
import type { Procedure, SampleTools } from "./procedure.ts";
import { sampled } from "./sampled.ts";

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

/** Whether others may start is told at the end of the sample, not of its first call. */
function wanted({ experiment }: SampleTools, program: FaultProgram): WantedCall {
  return sampled({ experiment: { ...experiment, program }, answered: () => {} });
}

function isSpent({ call }: DrivenRecord, { instance }: SampleTools): boolean {
  return call.outcome === "unfinished" || instance.exit() !== null;
}
