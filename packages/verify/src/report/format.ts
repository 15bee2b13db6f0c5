import type { Observation } from "../model.ts";
import type { Checklist } from "./model.ts";

/** A form in which a run is told: data and one pure function. */
export interface Format {
  readonly id: string;
  /** The file it is written to in the run's folder; `null` when it is only ever printed. */
  readonly file: string | null;
  readonly summary: string;
  render(checklist: Checklist, observations: readonly Observation[]): string;
}
