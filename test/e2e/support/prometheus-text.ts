import { type DataPoint, DataPointType, type Histogram, type MetricData } from "@opentelemetry/sdk-metrics";

/** Metrics as OpenTelemetry's exporters write them for a scrape: units appended, counters with `_total`. */
export function prometheusText(metrics: readonly MetricData[]): string {
  return `${metrics.flatMap(linesOf).join("\n")}\n`;
}

function linesOf(metric: MetricData): readonly string[] {
  const plain = metric.descriptor.name.replaceAll(".", "_");
  const name = metric.descriptor.unit === "s" ? `${plain}_seconds` : plain;
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return pointLines(
        metric.isMonotonic ? `${name}_total` : name,
        metric.isMonotonic ? "counter" : "gauge",
        metric.dataPoints,
      );
    case DataPointType.GAUGE:
      return pointLines(name, "gauge", metric.dataPoints);
    case DataPointType.HISTOGRAM:
      return [`# TYPE ${name} histogram`, ...metric.dataPoints.flatMap((point) => bucketLines(name, point))];
    default:
      return [];
  }
}

function pointLines(name: string, type: string, points: readonly DataPoint<number>[]): readonly string[] {
  return [
    `# TYPE ${name} ${type}`,
    ...points.map((point) => `${name}${labels(point.attributes)} ${point.value}`),
  ];
}

function bucketLines(name: string, { value, attributes }: DataPoint<Histogram>): readonly string[] {
  const { boundaries, counts } = value.buckets;
  let below = 0;
  const buckets = counts.map((count, index) => {
    below += count;
    return `${name}_bucket${labels({ ...attributes, le: String(boundaries[index] ?? "+Inf") })} ${below}`;
  });
  return [
    ...buckets,
    `${name}_sum${labels(attributes)} ${value.sum ?? 0}`,
    `${name}_count${labels(attributes)} ${value.count}`,
  ];
}

function labels(attributes: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(attributes).map(
    ([name, value]) => `${name.replaceAll(".", "_")}=${JSON.stringify(String(value))}`,
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
