import type { Reading } from "../alerts/mode.ts";
import type { ModeSubject } from "../alerts/mode-subject.ts";
import { sampleLabels, series } from "../metrics/selector.ts";

/** A series that a reading of a subject sees. */
export function sample({ metric, matchers }: Reading, subject: ModeSubject): string {
  return series(metric, sampleLabels([...subject.matchers, ...matchers]));
}
