import type { Stopwatch } from "./call/call-runtime.ts";
import { countWrong } from "./otel/counting.ts";
import { measuredInstruments } from "./otel/instruments.ts";
import { readStatistics } from "./otel/reading.ts";
import { PrometheusMeter } from "./prometheus/meter.ts";
import { Runtime } from "./runtime.ts";

/** What a runtime tells Prometheus. */
export interface PrometheusOptions {
  /** Whether keys of states (a host, a tenant) are told; default yes. Switch them off where there may be thousands. */
  readonly keys?: boolean;
}

/** The metrics of a runtime. */
export interface PrometheusMetrics {
  /** All of them as they are now, in the text format 0.0.4. */
  text(): string;
  /** Ends the counting; what was told stays. */
  stop(): void;
}

/** The content type of a text, for the answer to Prometheus. */
export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Counts for Prometheus what happens in a runtime: the metrics that `otel` has, under the names that they have in Prometheus, without
 * OpenTelemetry. Calls, attempts, retries and states are told from the start of the runtime; durations, kinds of failures and changes of
 * circuits from here on.
 */
export function prometheus(runtime: Runtime, { keys = true }: PrometheusOptions = {}): PrometheusMetrics {
  const meter = new PrometheusMeter(keys);
  const stops = [readStatistics(runtime, meter, keys), countAll(runtime, meter, keys)];
  return {
    text: () => meter.text(),
    stop: () => {
      for (const stop of stops.splice(0)) stop();
    },
  };
}

/** Counts what is not counted in any case. A success makes no event for it, and nothing is allocated. */
function countAll(runtime: Runtime, meter: PrometheusMeter, keys: boolean): () => void {
  const instruments = measuredInstruments(meter);
  const { durations } = meter;
  const { events, stopwatches } = Runtime.callsOf(runtime);
  const stopwatch: Stopwatch = (policy, key, elapsedMs) => durations?.take(policy, key, "", elapsedMs);
  stopwatches.push(stopwatch);
  const unhear = events.add((event) => {
    if (event.type === "call.ended" && event.error !== undefined)
      durations?.take(event.policy, event.key, event.code ?? "", event.elapsedMs);
    countWrong(event, instruments, keys);
  }, "failures");
  return () => {
    stopwatches.splice(stopwatches.indexOf(stopwatch), 1);
    unhear();
  };
}

const texts = new WeakMap<Runtime, PrometheusMetrics>();

/** The metrics of a runtime as they are now, in the text format 0.0.4. What `prometheus` counts is counted from the first text on. */
export function prometheusText(runtime: Runtime): string {
  const metrics = texts.get(runtime) ?? prometheus(runtime);
  texts.set(runtime, metrics);
  return metrics.text();
}
