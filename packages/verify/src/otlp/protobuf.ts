import { kindOf, type OtlpSpan, type SpanValue, statusOf } from "./span.ts";
import { type WireField, wireFields } from "./wire.ts";

/**
 * The spans of an `ExportTraceServiceRequest`. The numbers are those of opentelemetry-proto v1: `resource_spans` = 1 holds
 * `scope_spans` = 2, which holds `spans` = 2. Throws a `RangeError` on bytes that are none.
 */
export function spansInProtobuf(request: Uint8Array): OtlpSpan[] {
  const resources = messages(wireFields(request), 1);
  const scopes = resources.flatMap((fields) => messages(fields, 2));
  return scopes.flatMap((fields) => messages(fields, 2)).flatMap((fields) => spanOf(fields) ?? []);
}

type Fields = readonly WireField[];

function spanOf(span: Fields): OtlpSpan | null {
  const traceId = hex(span, 1, 32);
  const spanId = hex(span, 2, 16);
  if (traceId === null || spanId === null) return null;
  const status = messages(span, 15)[0] ?? [];
  const exceptions = messages(span, 11).filter((event) => text(event, 2) === "exception");
  return {
    traceId,
    spanId,
    parentId: hex(span, 4, 16),
    name: text(span, 5),
    kind: kindOf(Number(last(span, 6)?.value ?? 0n)),
    status: statusOf(Number(last(status, 3)?.value ?? 0n)),
    message: text(status, 2),
    attributes: attributesOf(messages(span, 9)),
    exception: attributesOf(messages(exceptions.at(-1) ?? [], 3)),
  };
}

function attributesOf(pairs: readonly Fields[]): Record<string, SpanValue> {
  return Object.fromEntries(
    pairs.flatMap((pair): [string, SpanValue][] => {
      const value = anyValueOf(messages(pair, 2)[0] ?? []);
      return value === null ? [] : [[text(pair, 1), value]];
    }),
  );
}

/** `AnyValue`: 1 a text, 2 a truth value, 3 a whole number, 4 a number of 64 bits with a point. */
function anyValueOf(value: Fields): SpanValue | null {
  const field = value.at(-1);
  switch (field?.number) {
    case 1:
      return decoded(field.bytes);
    case 2:
      return field.value !== 0n;
    case 3:
      return Number(BigInt.asIntN(64, field.value));
    case 4:
      return doubleOf(field.value);
    default:
      return null;
  }
}

function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

function messages(fields: Fields, number: number): Fields[] {
  return fields.filter((one) => one.number === number).map(({ bytes }) => wireFields(bytes));
}

/** Of a field that comes more than once the last one counts. */
function last(fields: Fields, number: number): WireField | undefined {
  return fields.findLast((one) => one.number === number);
}

function text(fields: Fields, number: number): string {
  return decoded(last(fields, number)?.bytes ?? new Uint8Array(0));
}

function hex(fields: Fields, number: number, digits: number): string | null {
  const id = Buffer.from(last(fields, number)?.bytes ?? []).toString("hex");
  return id.length === digits && /[1-9a-f]/.test(id) ? id : null;
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
