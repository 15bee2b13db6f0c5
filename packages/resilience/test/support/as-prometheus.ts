import type { Attributes, Meter } from "@opentelemetry/api";
import {
  type DataPoint,
  type Histogram,
  MeterProvider,
  type MetricData,
  MetricReader,
} from "@opentelemetry/sdk-metrics";

class Reader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}

  protected override async onForceFlush(): Promise<void> {}
}

/** The SDK of OpenTelemetry, and what it collects by the rules by which Prometheus takes it over: one text per sample. */
export function sdkAsPrometheus(): { readonly meter: Meter; samples(): Promise<readonly string[]> } {
  const reader = new Reader();
  const meters = new MeterProvider({ readers: [reader] });
  return {
    meter: meters.getMeter("test"),
    async samples() {
      const { resourceMetrics } = await reader.collect();
      const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
      return metrics.flatMap(samplesOf).sort();
    },
  };
}

function samplesOf({ descriptor, dataPoints, ...data }: MetricData): readonly string[] {
  const unit = descriptor.unit === "s" ? "_seconds" : "";
  const total = "isMonotonic" in data && data.isMonotonic ? "_total" : "";
  const name = descriptor.name.replaceAll(".", "_") + unit + total;
  return (dataPoints as readonly DataPoint<number | Histogram>[]).flatMap(({ attributes, value }) =>
    typeof value === "number" ? [sample(name, attributes, value)] : histogram(name, attributes, value),
  );
}

function histogram(
  name: string,
  attributes: Attributes,
  { buckets, sum = 0, count }: Histogram,
): readonly string[] {
  let below = 0;
  const edges = [...buckets.boundaries.map(String), "+Inf"];
  const rows = edges.map((le, index) => {
    below += buckets.counts[index] ?? 0;
    return sample(`${name}_bucket`, { ...attributes, le }, below);
  });
  return [...rows, sample(`${name}_sum`, attributes, sum), sample(`${name}_count`, attributes, count)];
}

function sample(name: string, attributes: Attributes, value: number): string {
  const labels = Object.entries(attributes).map(
    ([label, text]) => `${label.replaceAll(".", "_")}=${JSON.stringify(text)}`,
  );
  return `${name}{${labels.sort().join(",")}} ${value}`;
}
