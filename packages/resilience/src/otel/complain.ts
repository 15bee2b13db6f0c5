import { diag } from "@opentelemetry/api";

/** A tracer that fails costs its spans and nothing else: calls go on, and OpenTelemetry's own log says so. */
export function complain(error: unknown): void {
  diag.error("@holdfast/resilience: a span could not be made or ended", error);
}
