import { parseTraceState, type TraceContext } from "@holdfast/core";
import {
  type Context,
  createTraceState,
  isSpanContextValid,
  type Span,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { requestTrace } from "../system-ambient.ts";

/** Where a span stands in its trace, as a `traceparent` tells it; `null` for a span that stands in none. */
export function traceOfSpan(span: Span): TraceContext | null {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  if (!isSpanContextValid(span.spanContext())) return null;
  const place = { traceId, parentId: spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
  const states = traceState === undefined ? null : parseTraceState(traceState.serialize());
  return states ? { ...place, traceState: states } : place;
}

/**
 * The context in which spans begin: the active one where it holds a span, else the one with the span of the caller's from whom the
 * request came. So a process without an instrumentation of its server goes on with the trace all the same.
 */
export function contextInside(active: Context): Context {
  const request = trace.getSpanContext(active) === undefined ? requestTrace() : null;
  if (request === null) return active;
  const { traceId, parentId, sampled, traceState } = request;
  return trace.setSpanContext(active, {
    traceId,
    spanId: parentId,
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
    ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) }),
  });
}

/** The place of the span that is active; `null` where none is. */
export function activePlace(): TraceContext | null {
  const span = trace.getActiveSpan();
  return span === undefined ? null : traceOfSpan(span);
}
