import { CodedError } from "@holdfast/core";
import { type Meter, metrics, type Tracer, trace } from "@opentelemetry/api";
import { countEvents } from "./otel/counting.ts";
import { readStatistics } from "./otel/reading.ts";
import { activePlace } from "./otel/span-place.ts";
import { Spans } from "./otel/spans.ts";
import { Runtime } from "./runtime.ts";
import { spanSource } from "./system-ambient.ts";

/** What a runtime tells OpenTelemetry, and by whom. */
export interface OtelOptions {
  /** Makes the spans; by default the global tracer, `null` for no spans. */
  readonly tracer?: Tracer | null;
  /**
   * Makes the instruments; by default the global meter, `null` for no metrics. The global one is looked up now: register its provider
   * before.
   */
  readonly meter?: Meter | null;
  /** Whether keys of states (a host, a tenant) are told; default yes. Switch them off where there may be thousands. */
  readonly keys?: boolean;
  /** Whether a call has a span of its own around those of its attempts; default no. */
  readonly callSpans?: boolean;
}

const scope = "@holdfast/resilience";

/** The runtimes whose spans are made right now. */
let tracing = 0;

/**
 * Tells OpenTelemetry what happens in a runtime: metrics `holdfast.resilience.*`, and a span for each attempt, active while its
 * function runs. Returns what stops it. Throws `OTEL_TWICE` where the runtime has spans already.
 */
export function otel(runtime: Runtime, options: OtelOptions = {}): () => void {
  const { keys = true, callSpans = false } = options;
  const { tracer = trace.getTracer(scope), meter = metrics.getMeter(scope) } = options;
  const stops: (() => void)[] = [];
  if (tracer !== null) stops.push(startSpans(runtime, new Spans(tracer, { keys, callSpans })));
  if (meter !== null) stops.push(readStatistics(runtime, meter, keys), countEvents(runtime, meter, keys));
  return () => {
    for (const stop of stops.splice(0)) stop();
  };
}

function startSpans(runtime: Runtime, spans: Spans): () => void {
  const calls = Runtime.callsOf(runtime);
  if (calls.around !== null) {
    throw new CodedError("OTEL_TWICE", "This runtime has a tracer already.", {
      remedy:
        "Stop the first with the function that otel() returned, or pass { tracer: null } to the second.",
    });
  }
  calls.around = spans;
  tracing++;
  spanSource.current = activePlace;
  const unhear = runtime.observe((event) => spans.hear(event));
  return () => {
    unhear();
    calls.around = null;
    if (--tracing === 0) spanSource.current = null;
    spans.stop();
  };
}
