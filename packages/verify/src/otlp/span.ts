/** Values of attributes as they are kept; lists and maps are not. */
export type SpanValue = string | number | boolean;

/** A span as an exporter sends it, whichever encoding it came in. */
export interface OtlpSpan {
  /** 32 and 16 hex digits; `parentId` is `null` at the root. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: "internal" | "server" | "client" | "producer" | "consumer" | "unspecified";
  readonly status: "unset" | "ok" | "error";
  readonly message: string;
  readonly attributes: Readonly<Record<string, SpanValue>>;
  /** The attributes of its events of the name `exception`, the last one's. */
  readonly exception: Readonly<Record<string, SpanValue>>;
}

const kinds = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;
const statuses = ["unset", "ok", "error"] as const;

/** The kind behind its number or its name. */
export function kindOf(value: unknown): OtlpSpan["kind"] {
  return named(value, kinds, "SPAN_KIND_");
}

/** The status behind its number or its name. */
export function statusOf(value: unknown): OtlpSpan["status"] {
  return named(value, statuses, "STATUS_CODE_");
}

function named<const Names extends readonly string[]>(
  value: unknown,
  names: Names,
  prefix: string,
): Names[number] {
  const first = names[0] ?? "";
  if (typeof value === "string") {
    const name = value.replace(prefix, "").toLowerCase();
    return names.find((one) => one === name) ?? names[Number(value)] ?? first;
  }
  return names[Number(value ?? 0)] ?? first;
}
