import type { WantedCall } from "../drive-call.ts";
import type { SampleTools } from "./procedure.ts";

/** What a call of a sample is driven with unless its procedure says otherwise: the experiment's fault program, watch and horizon. */
export function sampled({ experiment, answered }: Pick<SampleTools, "experiment" | "answered">): WantedCall {
  const { integration, operation, program, horizonMs, lingerGaps, lingerMs = 0 } = experiment;
  const fault = { integration, operation, program };
  return { phase: "sample", horizonMs, lingerGaps, lingerMs, fault, answered };
}
