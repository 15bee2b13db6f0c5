import type { ContractProblem } from "@holdfast/contract";
import type { Note } from "../objectives-read.ts";
import type { Objective } from "../slo/objective.ts";

/** What came of one document of a file. */
export interface ImportedDocument {
  readonly objectives: readonly Objective[];
  readonly notes: readonly Note[];
  readonly problems: readonly ContractProblem[];
}
