import type { Attributes } from "../otel/meter-part.ts";

/** So many series a metric has at most, as in the SDK of OpenTelemetry; what comes beyond them shares one. */
export const seriesMax = 1_999;
export const overflow = 'otel_metric_overflow="true"';

/** Attributes as the labels of a series are written: `a="b",c="d"`; the empty text where there are none. */
export function labelsOf(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${nameOf(name)}="${escaped(value)}"`)
    .join(",");
}

/** A name of OpenTelemetry as Prometheus writes it. */
export function nameOf(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_]/g, "_");
}

/** One line of a sample. */
export function sampleLine(name: string, labels: string, value: number): string {
  return labels === "" ? `${name} ${numberOf(value)}\n` : `${name}{${labels}} ${numberOf(value)}\n`;
}

/** What a metric is, above its samples. */
export function headOf(name: string, type: string, description: string): string {
  return `# HELP ${name} ${description.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

function numberOf(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}
