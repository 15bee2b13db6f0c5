import type { Envelope } from "./envelope.ts";

/** Fields of a message's trace: as extension attributes of CloudEvents, and under the same names as headers of their own. */
const fields = ["traceparent", "tracestate", "baggage"] as const;

/**
 * Hands out a message's trace under the names that instrumentations of brokers know (OpenTelemetry's, in whatever language): those do not
 * look into CloudEvents.
 */
export function eachTraceField(
  { headers }: Pick<Envelope, "headers">,
  take: (name: string, value: string) => void,
): void {
  for (const name of fields) {
    const value = headers[name];
    if (value !== undefined) take(name, value);
  }
}

/** Takes the trace from headers of those names where the attributes have none: another producer's instrumentation wrote them. */
export function withTraceFields(
  attributes: Readonly<Record<string, string>>,
  headerOf: (name: string) => string | undefined,
): Readonly<Record<string, string>> {
  if (attributes["traceparent"] !== undefined) return attributes;
  const found: Record<string, string> = { ...attributes };
  for (const name of fields) {
    const value = attributes[name] ?? headerOf(name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}
