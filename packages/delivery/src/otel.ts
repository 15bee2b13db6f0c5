import { type Clock, systemClock } from "@holdfast/core";
import { type Meter, metrics, type Tracer, trace } from "@opentelemetry/api";
import type { Broker } from "./broker.ts";
import type { DeliveryEvent } from "./events.ts";
import { type Instruments, instrumentsOf } from "./otel/instruments.ts";
import { measuredBroker } from "./otel/measured-broker.ts";
import { type Measure, measuresOf } from "./otel/measures.ts";
import { readBacklog, type Watched } from "./otel/reading.ts";
import { tracingOf, untraced } from "./otel/tracing.ts";
import type { Tracing } from "./tracing.ts";

/** What is told to OpenTelemetry, and by whom. */
export interface OtelOptions {
  /** Makes the instruments; by default the global meter, which is looked up now: register its provider before. */
  readonly meter?: Meter;
  /** Makes the spans; by default the global tracer, `null` for none. */
  readonly tracer?: Tracer | null;
  /** The database is asked for what waits this often at most, in milliseconds. Default: 10,000. */
  readonly everyMs?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** The places at which a delivery is listened to. */
export interface DeliveryTelemetry {
  /** Counts what happens: `delivery({ onEvent: telemetry.onEvent })`. */
  readonly onEvent: (event: DeliveryEvent) => void;
  /** Makes spans of what is published and handled: `delivery({ tracing: telemetry.tracing })`. */
  readonly tracing: Tracing;
  /** Measures what is published: `delivery({ brokers: { bus: telemetry.broker(rabbitmq({ url })) } })`. */
  broker<B extends Pick<Broker, "kind" | "publish">>(broker: B): B;
  /** Reads what waits, and for how long, whenever somebody collects: `telemetry.watch(d)`. Returns what stops it. */
  watch(watched: Watched): () => void;
}

/**
 * Metrics and spans of a delivery for OpenTelemetry.
 *
 * | metric | from | attributes |
 * |---|---|---|
 * | `messaging.client.operation.duration` (s), `messaging.client.sent.messages` | `broker` | system, message type, `error.type` |
 * | `messaging.process.duration` (s), `messaging.client.consumed.messages` | `onEvent` | consumer, message type, `error.type` |
 * | `holdfast.delivery.publish.failures` | `onEvent` | message type, `error.type` |
 * | `holdfast.delivery.route.pauses`, `.unconfirmed`, `.leases.lost`, `.errors` | `onEvent` | route, reason, part |
 * | `holdfast.delivery.duplicates`, `.gaps` | `onEvent` | consumer, message type |
 * | `holdfast.delivery.dead_lettered`, `.dead_letter.actions` | `onEvent` | message type, origin, consumer, reason, action |
 * | `holdfast.delivery.idempotency.requests`, `.saga.transitions` | `onEvent` | mode or saga, action |
 * | `holdfast.delivery.outbox.messages`, `.outbox.age` (s), `.outbox.failing` | `watch` | |
 * | `holdfast.delivery.parked.messages`, `.parked.age` (s) | `watch` | consumer |
 * | `holdfast.delivery.dead_letter.messages`, `.dead_letter.age` (s) | `watch` | message type, origin, consumer, reason |
 */
export function otel(options: OtelOptions = {}): DeliveryTelemetry {
  const scope = "@holdfast/delivery";
  const { meter = metrics.getMeter(scope), tracer = trace.getTracer(scope) } = options;
  const { everyMs = 10_000, clock = systemClock } = options;
  const instruments = instrumentsOf(meter);
  return {
    onEvent(event) {
      for (const measure of measuresOf(event)) record(instruments, measure);
    },
    tracing: tracer === null ? untraced : tracingOf(tracer),
    broker: (broker) => measuredBroker(broker, { ...instruments, clock, tracer }),
    watch: (watched) => readBacklog(watched, { ...instruments, meter, clock, everyMs }),
  };
}

function record({ counters, histograms }: Instruments, measure: Measure): void {
  if ("count" in measure) counters[measure.count].add(measure.by ?? 1, measure.of);
  else histograms.processing.record(measure.processedMs / 1_000, measure.of);
}
