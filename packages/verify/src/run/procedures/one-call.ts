import { driveCall } from "../drive-call.ts";
import type { Procedure } from "./procedure.ts";

/** One call under the experiment's fault program: the usual sample. */
export const oneCall: Procedure = (context, { experiment, instance, identity, answered }) => {
  const { integration, operation, program, horizonMs, lingerGaps, lingerMs = 0 } = experiment;
  const fault = { integration, operation, program };
  return driveCall(context, instance, identity(), {
    phase: "sample",
    horizonMs,
    lingerGaps,
    lingerMs,
    fault,
    answered,
  });
};
