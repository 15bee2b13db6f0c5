import type { Span } from "./otlp.ts";

/** How far clocks of hosts may differ before anybody is told; what exporters round off is less. */
export const skewMs = 5;

/** Names of OTLP's kinds of spans. */
export const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

/** A span's place: ids of spans are unique within their trace only. */
export const placeOf = (traceId: string, spanId: string): string => `${traceId}/${spanId}`;

/** Spans, found by what the rules ask of them. */
export interface TraceIndex {
  readonly spans: readonly Span[];
  /** All that have one place: more than one where ids are shared. */
  readonly at: ReadonlyMap<string, readonly Span[]>;
  readonly childrenOf: (span: Span) => readonly Span[];
  readonly parentOf: (span: Span) => Span | undefined;
  /** Whether a trace holds a span that names no parent. */
  readonly hasRoot: (traceId: string) => boolean;
  /** Places that spans link to. */
  readonly linked: ReadonlySet<string>;
}

/** Files spans. One that an exporter sent twice is there once. */
export function traceIndex(all: readonly Span[]): TraceIndex {
  const spans = withoutRepeats(all);
  const at = grouped(spans, ({ traceId, spanId }) => placeOf(traceId, spanId));
  const children = grouped(spans, ({ traceId, parentId }) => placeOf(traceId, parentId));
  const rooted = new Set(spans.filter(({ parentId }) => parentId === "").map(({ traceId }) => traceId));
  return {
    spans,
    at,
    childrenOf: ({ traceId, spanId }) => children.get(placeOf(traceId, spanId)) ?? [],
    parentOf: ({ traceId, parentId }) =>
      parentId === "" ? undefined : at.get(placeOf(traceId, parentId))?.[0],
    hasRoot: (traceId) => rooted.has(traceId),
    linked: new Set(spans.flatMap(({ links }) => links)),
  };
}

/** Groups of what has the same key. */
export function grouped(
  spans: readonly Span[],
  keyOf: (span: Span) => string,
): ReadonlyMap<string, readonly Span[]> {
  const groups = new Map<string, Span[]>();
  for (const span of spans) {
    const key = keyOf(span);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [span]);
    else group.push(span);
  }
  return groups;
}

function withoutRepeats(spans: readonly Span[]): readonly Span[] {
  const once = new Map<string, Span>();
  for (const span of spans) {
    const { service, traceId, spanId, name, kind, fromMs, toMs } = span;
    const key = [service, traceId, spanId, name, kind, fromMs, toMs].join("\u0000");
    if (!once.has(key)) once.set(key, span);
  }
  return [...once.values()];
}
