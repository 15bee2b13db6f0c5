import { type Entry, nothingTold } from "./entry.ts";
import { take } from "./readers/json.ts";

/** A span as the checks of traces need it. */
export interface Span {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly name: string;
  /** As OTLP counts: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  /** The places that it links to, each `trace id/span id`. */
  readonly links: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Its line in the file, where the file has a line for each export; else its place among the spans. */
  readonly line: number;
}

const spansMax = 200_000;

/** The spans of an OTLP document or of one line of a file of them; `null` where it is none. */
export function spansOf(text: string, line: number): readonly Span[] | null {
  const resources = listIn(parsed(text), "resourceSpans");
  if (resources === null) return null;
  const spans = resources.flatMap((resource) => spansIn(resource, line));
  return spans.slice(0, spansMax);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function spansIn(resource: unknown, line: number): readonly Span[] {
  const service = String(attributesOf(objectIn(resource, "resource"))["service.name"] ?? "unknown");
  const scopes = listIn(resource, "scopeSpans") ?? [];
  return scopes.flatMap((scope) =>
    (listIn(scope, "spans") ?? []).map((span) => readSpan(span, service, line)),
  );
}

function readSpan(span: unknown, service: string, line: number): Span {
  const attributes = attributesOf(span);
  const status = objectIn(span, "status");
  const code = status["code"];
  const links = (listIn(span, "links") ?? []).map((link) =>
    `${textIn(link, "traceId")}/${textIn(link, "spanId")}`.toLowerCase(),
  );
  return {
    service,
    traceId: textIn(span, "traceId").toLowerCase(),
    spanId: textIn(span, "spanId").toLowerCase(),
    parentId: textIn(span, "parentSpanId").toLowerCase(),
    name: textIn(span, "name").slice(0, 200),
    kind: kindOf(asObject(span)["kind"]),
    links,
    fromMs: nanosMs(asObject(span)["startTimeUnixNano"]),
    toMs: nanosMs(asObject(span)["endTimeUnixNano"]),
    failed: code === 2 || code === "STATUS_CODE_ERROR",
    attributes,
    line,
  };
}

/** A span as an entry, so that what finds causes in logs finds them in traces. */
export function entryOfSpan(span: Span, file: number): Entry {
  const told = nothingTold();
  take(told, span.attributes, "", 0);
  const client = span.kind === 3 || span.kind === 4;
  if (!client) {
    // A server's own answer is no failure of anybody it calls.
    told.dependency = null;
    told.method ??= "CALL";
    told.path = "/";
  }
  told.message = span.name;
  told.reason ??= null;
  const text = JSON.stringify({
    span: span.name,
    service: span.service,
    trace_id: span.traceId,
    ...span.attributes,
  });
  return {
    file,
    line: span.line,
    text,
    format: "span",
    atMs: span.toMs,
    zoned: true,
    level: span.failed ? "error" : "info",
    service: span.service,
    call: span.traceId === "" ? null : span.traceId,
    told,
  };
}

function kindOf(kind: unknown): number {
  if (typeof kind === "number") return kind;
  return [
    "",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER",
  ].indexOf(String(kind));
}

function nanosMs(told: unknown): number {
  const nanos = Number(told);
  return Number.isFinite(nanos) ? Math.floor(nanos / 1e6) : 0;
}

function attributesOf(holder: unknown): Readonly<Record<string, string | number>> {
  const attributes: Record<string, string | number> = {};
  for (const one of listIn(holder, "attributes") ?? []) {
    const value = attributeValue(objectIn(one, "value"), 0);
    if (value !== null) attributes[textIn(one, "key")] = value;
  }
  return attributes;
}

const valueCharsMax = 2_000;
const valueDepthMax = 4;

/** A value of an attribute; lists as `a, b`, maps as `key=a, other=b`, so that one element reads as the value that it is. */
function attributeValue(value: Readonly<Record<string, unknown>>, depth: number): string | number | null {
  const { stringValue, intValue, doubleValue, boolValue } = value;
  const single = stringValue ?? (intValue === undefined ? doubleValue : Number(intValue));
  if (typeof single === "string" || typeof single === "number") return single;
  // A flag by itself is told by its name only, such as `error`, which is no reason.
  if (typeof boolValue === "boolean") return depth === 0 ? null : String(boolValue);
  const list = listIn(value["arrayValue"], "values");
  const map = listIn(value["kvlistValue"], "values");
  if ((list === null && map === null) || depth === valueDepthMax) return null;
  const parts =
    list?.map((one) => attributeValue(asObject(one), depth + 1)) ??
    map?.map((one) => `${textIn(one, "key")}=${attributeValue(objectIn(one, "value"), depth + 1) ?? ""}`);
  return (parts ?? [])
    .filter((one) => one !== null)
    .join(", ")
    .slice(0, valueCharsMax);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function objectIn(value: unknown, name: string): Readonly<Record<string, unknown>> {
  return asObject(asObject(value)[name]);
}

function listIn(value: unknown, name: string): readonly unknown[] | null {
  const found = asObject(value)[name];
  return Array.isArray(found) ? found : null;
}

function textIn(value: unknown, name: string): string {
  const found = asObject(value)[name];
  return typeof found === "string" ? found : "";
}
