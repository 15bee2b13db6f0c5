import { parseTraceparent } from "@holdfast/core";
import { headerOf } from "./attempts.ts";
import type { Attempt } from "./model.ts";

/** What an attempt says of itself in a trace. */
export interface SpanOnWire {
  readonly traceId: string;
  readonly spanId: string;
}

const b3 = /^([0-9a-f]{16}|[0-9a-f]{32})-([0-9a-f]{16})(-|$)/;
const noId = /^0*$/;

/** The trace and the span that an attempt carries, by W3C Trace Context or B3; `null` without a valid one. */
export function spanOf(attempt: Attempt): SpanOnWire | null {
  const traceparent = headerOf(attempt, "traceparent");
  const parsed = traceparent === null ? null : parseTraceparent(traceparent);
  if (parsed !== null) return { traceId: parsed.traceId, spanId: parsed.parentId };
  const [, traceId, spanId] = b3.exec(headerOf(attempt, "b3") ?? "") ?? [];
  if (traceId !== undefined && spanId !== undefined) return { traceId, spanId };
  const several = { traceId: headerOf(attempt, "x-b3-traceid"), spanId: headerOf(attempt, "x-b3-spanid") };
  if (several.traceId === null || several.spanId === null) return null;
  return { traceId: several.traceId, spanId: several.spanId };
}

/** The id in a header that correlates requests; `null` when there is none, or what stands there is none. */
export function idIn(attempt: Attempt, name: string): string | null {
  const value = headerOf(attempt, name)?.trim() ?? "";
  if (name === "traceparent") return parseTraceparent(value)?.traceId ?? null;
  if (noId.test(value)) return null;
  return name === "b3" ? (b3.exec(value)?.[1] ?? null) : value;
}
