import type { Meter } from "@opentelemetry/api";
import { isCallError } from "../errors.ts";
import type { CallEnded, ResilienceEvent } from "../events.ts";
import type { Runtime } from "../runtime.ts";
import { errorTypeOf } from "./error-type.ts";
import { attribute, metric, whose } from "./names.ts";

/** The buckets that the conventions recommend for durations of requests, in seconds. */
const durationBuckets: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** What only events tell, measured as it happens. Apart from durations that is what goes wrong, so it is seldom. Returns what stops it. */
export function countEvents(runtime: Runtime, meter: Meter, keys: boolean): () => void {
  const instruments = makeInstruments(meter);
  return runtime.observe((event) => hear(event, instruments, keys));
}

type Instruments = ReturnType<typeof makeInstruments>;

function makeInstruments(meter: Meter) {
  return {
    duration: meter.createHistogram(metric.callDuration, {
      unit: "s",
      description: "How long calls took from begin to end, waits included.",
      advice: { explicitBucketBoundaries: [...durationBuckets] },
    }),
    attemptFailures: meter.createCounter(metric.attemptFailures, {
      unit: "{attempt}",
      description: "Attempts that failed, by the class of the failure.",
    }),
    fallbacks: meter.createCounter(metric.fallbacks, {
      unit: "{call}",
      description: "Calls that a fallback answered, by what it stood in for.",
    }),
    budgetRefusals: meter.createCounter(metric.budgetRefusals, {
      unit: "{retry}",
      description: "Retries that were not made because the retry budget was spent.",
    }),
    transitions: meter.createCounter(metric.breakerTransitions, {
      unit: "{transition}",
      description: "Changes of a breaker's state.",
    }),
  };
}

function hear(event: ResilienceEvent, instruments: Instruments, keys: boolean): void {
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

function countEnd(event: CallEnded, instruments: Instruments, keys: boolean): void {
  const { code, error, fallback, elapsedMs } = event;
  const of = whose(event, keys);
  if (refusedByBudget(event)) instruments.budgetRefusals.add(1, of);
  if (fallback) instruments.fallbacks.add(1, { ...of, [attribute.errorType]: error?.code ?? "_OTHER" });
  instruments.duration.record(elapsedMs / 1_000, code === null ? of : { ...of, [attribute.errorType]: code });
}

/** The budget ends a call; what its fallback makes of that is another matter. */
function refusedByBudget({ error }: CallEnded): boolean {
  const first = error?.details["call"];
  return error?.code === "BUDGET" || (isCallError(first) && first.code === "BUDGET");
}
