import type { Random } from "./random.ts";
import { formatTraceparent, newTraceContext, parseTraceparent, type TraceContext } from "./trace-context.ts";
import { parseTraceState } from "./trace-state.ts";

/**
 * Headers that came in, or any carrier like them: `Headers` of the web; Node's `headers`, `headersDistinct` or `rawHeaders`; a plain
 * record whose names may be written in any case.
 */
export type IncomingHeaders =
  | { get(name: string): string | null }
  | readonly string[]
  | { readonly [name: string]: string | readonly string[] | undefined };

/** Headers about to go out: `Headers` of the web, a request or response of Node, or a plain record. */
export type OutgoingHeaders =
  | { set(name: string, value: string): unknown; delete(name: string): unknown }
  | { setHeader(name: string, value: string): unknown; removeHeader(name: string): unknown }
  | { [name: string]: string | number | readonly string[] | undefined };

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
  const { parents, states } = traceFields(headers);
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
  const { traceparent, tracestate } = traceHeaders(context);
  put(headers, "traceparent", traceparent);
  if (tracestate === undefined) remove(headers, "tracestate");
  else put(headers, "tracestate", tracestate);
}

interface Fields {
  readonly parents: string[];
  readonly states: string[];
}

function traceFields(headers: IncomingHeaders): Fields {
  const fields: Fields = { parents: [], states: [] };
  if (isList(headers)) {
    for (let at = 0; at < headers.length; at += 2) add(fields, headers[at] ?? "", headers[at + 1]);
  } else if (isLookup(headers)) {
    add(fields, "traceparent", headers.get("traceparent"));
    add(fields, "tracestate", headers.get("tracestate"));
  } else {
    for (const name of Object.keys(headers)) add(fields, name, headers[name]);
  }
  return fields;
}

function add({ parents, states }: Fields, name: string, value: unknown): void {
  const into = isNamed(name, "traceparent") ? parents : isNamed(name, "tracestate") ? states : null;
  if (into === null) return;
  for (const one of Array.isArray(value) ? value : [value]) if (typeof one === "string") into.push(one);
}

/** The length is asked first: it tells nearly every header apart without writing its name anew. */
function isNamed(name: string, wanted: string): boolean {
  return name.length === wanted.length && name.toLowerCase() === wanted;
}

function isList(headers: IncomingHeaders): headers is readonly string[] {
  return Array.isArray(headers);
}

/** A record may hold a header named `get`, but never a function. */
function isLookup(headers: IncomingHeaders): headers is { get(name: string): string | null } {
  return "get" in headers && typeof headers.get === "function";
}

function put(headers: OutgoingHeaders, name: string, value: string): void {
  if (isMessage(headers)) headers.setHeader(name, value);
  else if (isBag(headers)) headers.set(name, value);
  else {
    remove(headers, name);
    headers[name] = value;
  }
}

function remove(headers: OutgoingHeaders, name: string): void {
  if (isMessage(headers)) headers.removeHeader(name);
  else if (isBag(headers)) headers.delete(name);
  else for (const present of Object.keys(headers)) if (isNamed(present, name)) delete headers[present];
}

type Message = Extract<OutgoingHeaders, { removeHeader(name: string): unknown }>;
type Bag = Extract<OutgoingHeaders, { delete(name: string): unknown }>;

function isMessage(headers: OutgoingHeaders): headers is Message {
  return "setHeader" in headers && typeof headers["setHeader"] === "function";
}

function isBag(headers: OutgoingHeaders): headers is Bag {
  return "set" in headers && typeof headers["set"] === "function";
}
