import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Telemetry } from "./telemetry.ts";

/** The id of a span, and that of the span above it. */
export const idOf = (span: ReadableSpan | undefined): string | undefined => span?.spanContext().spanId;
export const parentOf = (span: ReadableSpan | undefined): string | undefined =>
  span?.parentSpanContext?.spanId;
const short = (name: string): string => name.replace("holdfast.resilience.", "");

/** The attributes of a span, or of one of its events, without the name of the policy. */
export function told(attributes: ReadableSpan["attributes"]): Record<string, unknown> {
  const all = Object.entries(attributes).map(([name, value]) => [short(name), value] as const);
  return Object.fromEntries(all.filter(([name]) => name !== "policy"));
}

/** What was noted on a span. */
export function eventsOf(span: ReadableSpan | undefined): readonly unknown[] {
  return (span?.events ?? []).map(({ name, attributes = {} }) => ({
    event: short(name),
    ...told(attributes),
  }));
}

/** Runs `work` inside a span, as a server does with a request. */
export async function request<T>({ tracer }: Telemetry, name: string, work: () => Promise<T>): Promise<T> {
  return await tracer.startActiveSpan(name, async (span) => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });
}
