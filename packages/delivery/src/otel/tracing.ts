import {
  type Baggage,
  formatTraceparent,
  noBaggage,
  parseTraceparent,
  parseTraceState,
  type TraceContext,
  withBaggageValue,
} from "@holdfast/core";
import {
  type Attributes,
  type Context,
  context,
  createTraceState,
  isSpanContextValid,
  propagation,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { lineageOf } from "../consume/lineage.ts";
import { correlationHeader, type Envelope } from "../envelope.ts";
import type { Lineage } from "../publisher.ts";
import type { Tracing } from "../tracing.ts";
import { attribute, errorTypeOf } from "./names.ts";

/**
 * Spans of messages: `create` (PRODUCER) where one is written, whose place in the trace it carries, and `process` (CONSUMER) around each
 * attempt to handle it, as a child of that place and with a link to it. Of sagas: `do` and `undo` (INTERNAL) around each call of a step.
 */
export function tracingOf(tracer: Tracer): Tracing {
  return {
    current: () => ({ trace: placeOf(trace.getActiveSpan()), baggage: baggageOf(context.active()) }),
    created(type, id, lineage) {
      const parent = contextOf(lineage);
      const attributes = {
        ...operation("create", "create"),
        ...about(type, id, lineage.correlationId ?? id),
      };
      const span = started(tracer, `create ${type}`, { kind: SpanKind.PRODUCER, attributes }, parent);
      ended(span, null);
      return ownPlace(span, parent);
    },
    async handling({ consumer, envelope, attempt }, work) {
      const { type } = envelope;
      const attributes = {
        ...operation("process", "process"),
        ...aboutEnvelope(envelope),
        [attribute.consumer]: consumer,
        [attribute.attempt]: attempt,
      };
      const message = remoteOf(lineageOf(envelope).trace);
      const around = trace.getSpanContext(context.active());
      const links = [message, around].flatMap((one) => (one === undefined ? [] : [{ context: one }]));
      const parent = below(message);
      const span = started(tracer, `process ${type}`, { kind: SpanKind.CONSUMER, attributes, links }, parent);
      return within(span, parent, work);
    },
    async calling({ saga, sagaId, step, action, attempt, trace: at }, work) {
      const attributes = {
        [attribute.saga]: saga,
        [attribute.sagaId]: sagaId,
        [attribute.sagaStep]: step,
        [attribute.attempt]: attempt,
      };
      const parent = below(remoteOf(at));
      const span = started(tracer, `${action} ${step}`, { kind: SpanKind.INTERNAL, attributes }, parent);
      return within(span, parent, work, ({ error }) => error);
    },
  };
}

/** Makes no spans. */
export const untraced: Tracing = {
  current: () => ({ trace: null, baggage: noBaggage }),
  created: () => null,
  handling: (_handling, work) => work(),
  calling: (_calling, work) => work(),
};

/** The span of sending a message to its broker; it is a child of the place that the message carries. */
export function sendingSpan(tracer: Tracer, system: string, envelope: Envelope): Span | null {
  const of = { [attribute.system]: system, ...operation("publish", "send"), ...aboutEnvelope(envelope) };
  const parent = below(remoteOf(lineageOf(envelope).trace));
  return started(tracer, `publish ${envelope.type}`, { kind: SpanKind.CLIENT, attributes: of }, parent);
}

/** Ends a span, as a failure where an error type is given. */
export function ended(span: Span | null, errorType: string | null): void {
  if (span === null) return;
  quietly(() => {
    if (errorType !== null) {
      span.setAttribute(attribute.errorType, errorType);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  });
}

/** Does `work` inside a span, and ends it with that: as a failure where the work throws, or ends with an error. */
async function within<End>(
  span: Span | null,
  parent: Context,
  work: () => Promise<End>,
  errorOf: (end: End) => unknown = () => undefined,
): Promise<End> {
  if (span === null) return work();
  try {
    const end = await context.with(trace.setSpan(parent, span), work);
    const error = errorOf(end);
    ended(span, error === undefined ? null : errorTypeOf(error));
    return end;
  } catch (error) {
    ended(span, errorTypeOf(error));
    throw error;
  }
}

function below(remote: SpanContext | undefined): Context {
  return remote === undefined ? context.active() : trace.setSpanContext(context.active(), remote);
}

function started(tracer: Tracer, ...args: Parameters<Tracer["startSpan"]>): Span | null {
  return quietly(() => tracer.startSpan(...args));
}

/** Whoever makes spans is no reason for a message to fail. */
function quietly<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

function operation(name: string, type: string): Attributes {
  return { [attribute.operation]: name, [attribute.operationType]: type };
}

function about(type: string, id: string, correlationId: string): Attributes {
  return {
    [attribute.messageType]: type,
    [attribute.messageId]: id,
    [attribute.conversationId]: correlationId,
  };
}

function aboutEnvelope({ type, id, headers }: Envelope): Attributes {
  return about(type, id, headers[correlationHeader] ?? id);
}

/** Where a message is created: at the active span, unless its lineage names another trace. */
function contextOf({ trace: named }: Lineage): Context {
  const active = context.active();
  const remote = remoteOf(named);
  const isElsewhere = remote !== undefined && trace.getSpanContext(active)?.traceId !== remote.traceId;
  return isElsewhere ? trace.setSpanContext(active, remote) : active;
}

function remoteOf(place: TraceContext | undefined): SpanContext | undefined {
  if (place === undefined) return undefined;
  const { traceId, parentId, sampled, traceState } = place;
  return {
    traceId,
    spanId: parentId,
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
    ...(traceState === undefined ? {} : { traceState: createTraceState(traceState) }),
  };
}

/** The place of a span; `null` for one that only hands on the span around it, as all do without an SDK. */
function ownPlace(span: Span | null, parent: Context): TraceContext | null {
  const place = placeOf(span ?? undefined);
  return place?.parentId === trace.getSpanContext(parent)?.spanId ? null : place;
}

function placeOf(span: Span | undefined): TraceContext | null {
  if (span === undefined || !isSpanContextValid(span.spanContext())) return null;
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const sampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
  const place = parseTraceparent(formatTraceparent({ traceId, parentId: spanId, sampled }));
  const states = traceState === undefined ? null : parseTraceState(traceState.serialize());
  return place !== null && states ? { ...place, traceState: states } : place;
}

function baggageOf(active: Context): Baggage {
  let baggage = noBaggage;
  for (const [key, { value }] of propagation.getBaggage(active)?.getAllEntries() ?? [])
    try {
      baggage = withBaggageValue(baggage, key, value);
    } catch {
      // An entry that no header can carry goes no further.
    }
  return baggage;
}
