import { kindOf, type OtlpSpan, type SpanValue, statusOf } from "./span.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The spans of an export request in JSON; what is not as it should be is left out. Throws only on text that is not JSON. */
export function spansInJson(text: string): OtlpSpan[] {
  const resources = list(fields(JSON.parse(text))["resourceSpans"]);
  const scopes = resources.flatMap((one) => list(one["scopeSpans"] ?? one["instrumentationLibrarySpans"]));
  return scopes.flatMap((one) => list(one["spans"])).flatMap((one) => spanOf(one) ?? []);
}

function spanOf(span: Fields): OtlpSpan | null {
  const traceId = hex(span["traceId"], 32);
  const spanId = hex(span["spanId"], 16);
  if (traceId === null || spanId === null) return null;
  const status = fields(span["status"]);
  const exceptions = list(span["events"]).filter((event) => event["name"] === "exception");
  return {
    traceId,
    spanId,
    parentId: hex(span["parentSpanId"], 16),
    name: text(span["name"]),
    kind: kindOf(span["kind"]),
    status: statusOf(status["code"]),
    message: text(status["message"]),
    attributes: attributesOf(span["attributes"]),
    exception: attributesOf(exceptions.at(-1)?.["attributes"]),
  };
}

function attributesOf(value: unknown): Record<string, SpanValue> {
  const pairs = list(value).flatMap((pair): [string, SpanValue][] => {
    const found = anyValueOf(fields(pair["value"]));
    return found === null ? [] : [[text(pair["key"]), found]];
  });
  return Object.fromEntries(pairs);
}

/** Whole numbers come as texts, for they may be longer than a number holds. */
function anyValueOf(value: Fields): SpanValue | null {
  const { stringValue, boolValue, intValue, doubleValue } = value;
  if (typeof stringValue === "string") return stringValue;
  if (typeof boolValue === "boolean") return boolValue;
  const number = Number(intValue ?? doubleValue ?? Number.NaN);
  return Number.isFinite(number) ? number : null;
}

/** Ids are hex in JSON; some exporters send the base64 that other bytes have. Zeros are no id. */
function hex(value: unknown, digits: number): string | null {
  if (typeof value !== "string") return null;
  const id = /^[0-9a-f]+$/i.test(value) && value.length === digits ? value.toLowerCase() : fromBase64(value);
  return id.length === digits && /[1-9a-f]/.test(id) ? id : null;
}

function fromBase64(value: string): string {
  return Buffer.from(value, "base64").toString("hex");
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
