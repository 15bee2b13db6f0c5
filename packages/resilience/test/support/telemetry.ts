import { type Attributes, context, type Meter, type Tracer } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { type DataPoint, type Histogram, MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  type Span,
  type SpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

/** The SDK of OpenTelemetry, with everything that it would export kept in memory. */
export interface Telemetry {
  readonly tracer: Tracer;
  readonly meter: Meter;
  /** The spans that have ended, in the order in which they began. */
  spans(): Promise<readonly ReadableSpan[]>;
  /** Collects, and answers with the points of a metric for a policy: `attribute=value …` → value; of a histogram, count and sum. */
  points(metric: string, policy: string): Promise<Readonly<Record<string, unknown>>>;
  /** Collects, and answers with the names of the metrics that have points. */
  metrics(): Promise<readonly string[]>;
  /** Collects, and answers with the edges of a histogram's buckets. */
  edges(metric: string): Promise<readonly number[]>;
}

class Reader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}

  protected override async onForceFlush(): Promise<void> {}
}

/** Makes what the active span is known by work, for the whole process; returns what undoes it. */
export function keepContext(): () => void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return () => context.disable();
}

export function telemetry(sampler: Sampler = new AlwaysOnSampler()): Telemetry {
  const exporter = new InMemorySpanExporter();
  // Clocks are too coarse to tell which span began first.
  const began: Span[] = [];
  const order: SpanProcessor = {
    onStart: (span) => void began.push(span),
    onEnd() {},
    async forceFlush() {},
    async shutdown() {},
  };
  const tracers = new TracerProvider({
    sampler,
    spanProcessors: [order, new SimpleSpanProcessor({ exporter })],
  });
  const reader = new Reader();
  const meters = new MeterProvider({ readers: [reader] });
  const collect = async () => {
    const { resourceMetrics } = await reader.collect();
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  };
  const pointsOf = async (name: string): Promise<readonly DataPoint<number | Histogram>[]> => {
    const found = (await collect()).find(({ descriptor }) => descriptor.name === name);
    return (found?.dataPoints ?? []) as DataPoint<number | Histogram>[];
  };
  return {
    tracer: tracers.getTracer("test"),
    meter: meters.getMeter("test"),
    async spans() {
      await tracers.forceFlush();
      const ids = began.map((span) => span.spanContext().spanId);
      const place = (span: ReadableSpan): number => ids.indexOf(span.spanContext().spanId);
      return exporter.getFinishedSpans().toSorted((one, other) => place(one) - place(other));
    },
    async points(metric, policy) {
      const all = await pointsOf(metric);
      const points = all.filter(({ attributes }) => attributes["holdfast.resilience.policy"] === policy);
      return Object.fromEntries(
        points.map(({ attributes, value }) => [shown(attributes), shownValue(value)]),
      );
    },
    async metrics() {
      const found = (await collect()).filter(({ dataPoints }) => dataPoints.length > 0);
      return found.map(({ descriptor }) => descriptor.name).sort();
    },
    async edges(metric) {
      const [point] = await pointsOf(metric);
      return typeof point?.value === "object" ? point.value.buckets.boundaries : [];
    },
  };
}

function shownValue(value: number | Histogram): unknown {
  return typeof value === "number" ? value : { count: value.count, sum: value.sum };
}

/** Attributes in short: what precedes all names is left out, and so is the policy. */
function shown(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => [name.replace("holdfast.resilience.", ""), value] as const)
    .filter(([name]) => name !== "policy")
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort()
    .join(" ");
}
