/** A span as tests say it, in the names of OTLP's JSON. */
export interface TestSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  readonly status?: { readonly code?: number; readonly message?: string };
  /** The attributes of an event of the name `exception`. */
  readonly exception?: Readonly<Record<string, string>>;
}

/** An export request in JSON. */
export function otlpJson(spans: readonly TestSpan[]): string {
  const pairs = (attributes: TestSpan["attributes"] = {}) =>
    Object.entries(attributes).map(([key, value]) => ({ key, value: jsonValue(value) }));
  const told = spans.map(({ attributes, exception, ...span }) => ({
    ...span,
    attributes: pairs(attributes),
    events: exception === undefined ? [] : [{ name: "exception", attributes: pairs(exception) }],
  }));
  return JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {}, spans: told }] }] });
}

function jsonValue(value: string | number | boolean): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** The same request in protobuf, with fields that a reader has to pass over. */
export function otlpProtobuf(spans: readonly TestSpan[]): Buffer {
  const scope = block(1, block(1, Buffer.from("instrumentation")));
  const scopeSpans = Buffer.concat([scope, ...spans.map((span) => block(2, spanBytes(span)))]);
  const resource = block(1, pair("service.name", "checkout"));
  return block(1, Buffer.concat([resource, block(2, scopeSpans), block(3, Buffer.from("schema"))]));
}

function spanBytes(span: TestSpan): Buffer {
  const {
    traceId,
    spanId,
    parentSpanId = "",
    name = "",
    kind = 0,
    attributes = {},
    status,
    exception,
  } = span;
  const time = Buffer.alloc(8, 1);
  const event = [fixed64(1, time), block(2, Buffer.from("exception"))];
  return Buffer.concat([
    block(1, Buffer.from(traceId, "hex")),
    block(2, Buffer.from(spanId, "hex")),
    block(4, Buffer.from(parentSpanId, "hex")),
    block(5, Buffer.from(name)),
    number(6, kind),
    fixed64(7, time),
    fixed64(8, time),
    ...Object.entries(attributes).map(([key, value]) => block(9, pair(key, value, true))),
    ...(exception === undefined
      ? []
      : [
          block(
            11,
            Buffer.concat([
              ...event,
              ...Object.entries(exception).map((one) => block(3, pair(...one, true))),
            ]),
          ),
        ]),
    ...(status === undefined
      ? []
      : [
          block(
            15,
            Buffer.concat([block(2, Buffer.from(status.message ?? "")), number(3, status.code ?? 0)]),
          ),
        ]),
    Buffer.from([0x85, 0x02, 1, 0, 0, 0]),
  ]);
}

/** A `KeyValue`, or one in field 1 of a resource. */
function pair(key: string, value: string | number | boolean, bare = false): Buffer {
  const bytes = Buffer.concat([block(1, Buffer.from(key)), block(2, anyValue(value))]);
  return bare ? bytes : block(1, bytes);
}

function anyValue(value: string | number | boolean): Buffer {
  if (typeof value === "string") return block(1, Buffer.from(value));
  if (typeof value === "boolean") return number(2, Number(value));
  if (Number.isInteger(value)) return number(3, value);
  const double = Buffer.alloc(8);
  double.writeDoubleLE(value);
  return fixed64(4, double);
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(BigInt(field << 3)), varint(BigInt.asUintN(64, BigInt(value)))]);
}

function fixed64(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(BigInt((field << 3) | 1)), bytes]);
}

function block(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(BigInt((field << 3) | 2)), varint(BigInt(bytes.length)), bytes]);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left >>= 7n) {
    if (left < 0x80n) return Buffer.from([...bytes, Number(left)]);
    bytes.push(Number(left & 0x7fn) | 0x80);
  }
}
