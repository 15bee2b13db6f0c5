import { isCallError } from "../errors.ts";
import type { CallEnded, ResilienceEvent } from "../events.ts";
import type { Runtime } from "../runtime.ts";
import { errorTypeOf } from "./error-type.ts";
import { type MeasuredInstruments, measuredInstruments } from "./instruments.ts";
import type { MeterPart } from "./meter-part.ts";
import { attribute, whose } from "./names.ts";

/** What only events tell, measured as it happens. Apart from durations that is what goes wrong, so it is seldom. Returns what stops it. */
export function countEvents(runtime: Runtime, meter: MeterPart, keys: boolean): () => void {
  const instruments = measuredInstruments(meter);
  return runtime.observe((event) => {
    if (event.type === "call.ended") recordDuration(event, instruments, keys);
    countWrong(event, instruments, keys);
  });
}

function recordDuration(event: CallEnded, { duration }: MeasuredInstruments, keys: boolean): void {
  const { code, elapsedMs } = event;
  const of = whose(event, keys);
  duration.record(elapsedMs / 1_000, code === null ? of : { ...of, [attribute.errorType]: code });
}

/** Counts what an event tells of something that went wrong or changed. */
export function countWrong(event: ResilienceEvent, instruments: MeasuredInstruments, keys: boolean): void {
  if (event.type === "call.ended") countEnd(event, instruments, keys);
  else if (event.type === "attempt.ended" && event.failure !== null) {
    const { failure, error } = event;
    const what = {
      [attribute.failureClass]: failure.class,
      [attribute.errorType]: errorTypeOf(failure, error),
    };
    instruments.attemptFailures.add(1, { ...whose(event, keys), ...what });
  } else if (event.type === "breaker.changed") {
    const { from, to } = event;
    const what = { [attribute.from]: from, [attribute.to]: to };
    instruments.transitions.add(1, { ...whose(event, keys), ...what });
  }
}

function countEnd(event: CallEnded, instruments: MeasuredInstruments, keys: boolean): void {
  const { error, fallback } = event;
  if (error === undefined) return;
  const of = whose(event, keys);
  if (refusedByBudget(event)) instruments.budgetRefusals.add(1, of);
  if (fallback) instruments.fallbacks.add(1, { ...of, [attribute.errorType]: error.code });
}

/** The budget ends a call; what its fallback makes of that is another matter. */
function refusedByBudget({ error }: CallEnded): boolean {
  const first = error?.details["call"];
  return error?.code === "BUDGET" || (isCallError(first) && first.code === "BUDGET");
}
