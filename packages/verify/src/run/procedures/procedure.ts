import type { Experiment } from "../../model.ts";
import type { CallIdentity } from "../call-ids.ts";
import type { DrivenRecord } from "../drive-call.ts";
import type { Instance } from "../instance.ts";
import type { RunContext } from "../run-context.ts";

/** What a procedure makes its sample with. */
export interface SampleTools {
  readonly experiment: Experiment;
  readonly instance: Instance;
  /** Makes the id, the trace and the correlation value of one more call. */
  readonly identity: () => CallIdentity;
  /** To be called as soon as the gaps that are measured are over, so that a quiet experiment lets others start. */
  readonly answered: () => void;
}

/**
 * One way to make a sample of an experiment on an instance that is ready. What it sees it records by `context.record`; it answers
 * with the call that the sample is about (the last one, where it is about several). Throws what ends the run, and nothing else.
 */
export type Procedure = (context: RunContext, tools: SampleTools) => Promise<DrivenRecord>;
