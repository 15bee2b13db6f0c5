import { baggageEntries } from "@holdfast/core";
import { currentBaggage, currentTrace } from "../system-ambient.ts";
import type { LogFields } from "./fields.ts";

/** What lines tell of the request to which they belong. */
export interface ContextFieldOptions {
  /** The name of the trace's id: `trace_id`, as OpenTelemetry has it (the default), or `trace.id`, as ECS does; `none` for no id. */
  readonly ids?: "otel" | "ecs" | "none";
  /** Keys of the baggage whose values are told, each as `baggage.KEY`; default none. */
  readonly baggage?: readonly string[];
}

/** The longest value of a baggage that a line shows. */
const shownMax = 160;
/** What ends a line, turns the text round or moves the cursor. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Fields that tie a line to the request in which it is written, for the lines of a service itself: `pino({ mixin: () => contextFields() })`.
 * Values of the baggage come from whoever calls: they are shown on one line and cut.
 */
export function contextFields({ ids = "otel", baggage = [] }: ContextFieldOptions = {}): LogFields {
  const trace = ids === "none" ? null : currentTrace();
  const id = trace === null ? {} : { [ids === "ecs" ? "trace.id" : "trace_id"]: trace.traceId };
  if (baggage.length === 0) return id;
  const entries = baggageEntries(currentBaggage()).filter(({ key }) => baggage.includes(key));
  return { ...id, ...Object.fromEntries(entries.map(({ key, value }) => [`baggage.${key}`, shown(value)])) };
}

function shown(value: string): string {
  const line = value.replace(unprintable, "\u2026");
  return line.length > shownMax ? `${line.slice(0, shownMax - 1).toWellFormed()}\u2026` : line;
}
