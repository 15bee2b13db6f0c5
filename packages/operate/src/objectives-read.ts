import type { ContractProblem, Place } from "@holdfast/contract";
import type { ModeSubject } from "./alerts/mode-subject.ts";
import type { Objective } from "./slo/objective.ts";

/** Something about an objective that is not wrong, and that somebody should know. */
export interface Note {
  readonly place: Place;
  readonly about: string;
  readonly says: string;
}

/** What came of reading a document with objectives. */
export interface ObjectivesRead {
  readonly objectives: readonly Objective[];
  /** Whose failure modes are alerted on. */
  readonly subjects: readonly ModeSubject[];
  readonly notes: readonly Note[];
  readonly problems: readonly ContractProblem[];
}
