import { headerValues, type IncomingHeaders, type OutgoingHeaders, putHeader } from "./header-fields.ts";
import type { Random } from "./random.ts";
import { formatTraceparent, newTraceContext, parseTraceparent, type TraceContext } from "./trace-context.ts";
import { parseTraceState } from "./trace-state.ts";

/** The headers of a trace context, to be spread into others. */
export interface TraceHeaders {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/**
 * Reads the trace context that headers carry; `null` when there is none, when it is not valid, or when there are two: then `tracestate`
 * means nothing. A `tracestate` that is not valid costs only itself.
 */
export function extractTrace(headers: IncomingHeaders): TraceContext | null {
  const { first: parents, second: states } = headerValues(headers, "traceparent", "tracestate");
  const [parent] = parents;
  const context = parent === undefined || parents.length > 1 ? null : parseTraceparent(parent);
  if (context === null || states.length === 0) return context;
  const traceState = parseTraceState(states.join(","));
  return traceState ? { ...context, traceState } : context;
}

/** The trace context that headers carry, or a fresh one from chance: what a service takes on with each request it serves. */
export function continueTrace(headers: IncomingHeaders, random: Random): TraceContext {
  return extractTrace(headers) ?? newTraceContext(random);
}

/** Writes a trace context as headers: `childOf` first, so that each attempt has a span of its own. */
export function traceHeaders(context: TraceContext): TraceHeaders {
  const traceparent = formatTraceparent(context);
  return context.traceState ? { traceparent, tracestate: context.traceState } : { traceparent };
}

/** Writes a trace context into headers, in place of all that they say of another one, as those of an earlier attempt do. */
export function injectTrace(headers: OutgoingHeaders, context: TraceContext): void {
  const { traceparent, tracestate = null } = traceHeaders(context);
  putHeader(headers, "traceparent", traceparent);
  putHeader(headers, "tracestate", tracestate);
}
