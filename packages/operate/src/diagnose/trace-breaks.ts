import type { KeptLine } from "./failure-group.ts";
import type { Finding } from "./finding.ts";
import type { Span } from "./otlp.ts";

interface Rule {
  readonly says: (count: number) => string;
  readonly next: string;
  /** The spans that break it. */
  readonly broken: (spans: readonly Span[], byId: ReadonlyMap<string, readonly Span[]>) => readonly Span[];
}

const idOf = (traceId: string, spanId: string): string => `${traceId}/${spanId}`;
const skewMs = 5;

const rules: readonly Rule[] = [
  {
    says: (count) => `${count} spans name a parent that their trace does not hold`,
    next: "A service in between does not export its spans, or passes on ids that it did not use.",
    broken: (spans, byId) =>
      spans.filter(({ traceId, parentId }) => parentId !== "" && !byId.has(idOf(traceId, parentId))),
  },
  {
    says: (count) => `${count} consumers begin a trace of their own, without a link to the message's`,
    next: "Store the context with the message, and link or continue it where the message is processed.",
    broken: (spans) =>
      spans.filter(({ kind, parentId, links }) => kind === 5 && parentId === "" && links.length === 0),
  },
  {
    says: (count) => `${count} spans share an id with another one: attempts that cannot be told apart`,
    next: "Make the span inside of the retry, so that each attempt has its own.",
    broken: (_, byId) =>
      [...byId.values()].filter((same) => same.length > 1).flatMap((same) => same.slice(1)),
  },
  {
    says: (count) => `${count} attempts after the first one do not say so (http.request.resend_count)`,
    next: "Set http.request.resend_count on the span of each further attempt.",
    broken: unnumbered,
  },
  {
    says: (count) =>
      `${count} spans begin before their parent: clocks differ, and durations across hosts mislead`,
    next: "Compare the clocks of the hosts (NTP) before the order of events is trusted.",
    broken: (spans, byId) =>
      spans.filter(({ traceId, parentId, fromMs }) => {
        const parent = byId.get(idOf(traceId, parentId))?.[0];
        return parent !== undefined && fromMs + skewMs < parent.fromMs;
      }),
  },
];

/** Where traces are broken, and where work went on although its caller had left. */
export function traceBreaks(spans: readonly Span[], file: number): readonly Finding[] {
  const byId = new Map<string, Span[]>();
  for (const span of spans) {
    const id = idOf(span.traceId, span.spanId);
    const same = byId.get(id);
    if (same === undefined) byId.set(id, [span]);
    else same.push(span);
  }
  const found = rules.flatMap(({ says, next, broken }): Finding[] => {
    const bad = broken(spans, byId);
    if (bad.length === 0) return [];
    const lines = bad.slice(0, 2).map((span) => lineOf(span, file));
    return [{ finder: "broken-correlation", certainty: "certain", says: says(bad.length), next, lines }];
  });
  return [...late(spans, byId, file), ...found];
}

function unnumbered(spans: readonly Span[]): readonly Span[] {
  const first = new Set<string>();
  const again: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (span.kind !== 3 || span.parentId === "" || span.attributes["http.request.method"] === undefined)
      continue;
    const to = String(span.attributes["server.address"] ?? span.attributes["url.full"] ?? "");
    const key = `${span.traceId}/${span.parentId}/${span.name}/${to}`;
    if (first.has(key) && span.attributes["http.request.resend_count"] === undefined) again.push(span);
    first.add(key);
  }
  return again;
}

function late(
  spans: readonly Span[],
  byId: ReadonlyMap<string, readonly Span[]>,
  file: number,
): readonly Finding[] {
  const after = spans.flatMap((span) => {
    const parent = byId.get(idOf(span.traceId, span.parentId))?.[0];
    const left = parent?.kind === 3 && parent.failed && span.kind === 2 && span.toMs > parent.toMs + skewMs;
    return left ? [[parent, span] as const] : [];
  });
  if (after.length === 0) return [];
  return [
    {
      finder: "timeout-without-cancellation",
      certainty: "certain",
      says: `${after.length} calls were worked on after their caller had given up`,
      next: "Pass the deadline on, and end the work when the connection closes.",
      lines: after.slice(0, 1).flatMap((pair) => pair.map((span) => lineOf(span, file))),
    },
  ];
}

function lineOf(span: Span, file: number): KeptLine {
  const { service, name, traceId, spanId, fromMs, toMs } = span;
  const text = JSON.stringify({
    service,
    name,
    traceId,
    spanId,
    durationMs: toMs - fromMs,
    ...span.attributes,
  });
  return { file, line: span.line, atMs: fromMs, text: text.slice(0, 500) };
}
