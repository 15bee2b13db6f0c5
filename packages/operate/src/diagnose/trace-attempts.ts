import type { Span } from "./otlp.ts";
import { grouped, kinds, placeOf, type TraceIndex } from "./trace-index.ts";

const resend = "http.request.resend_count";

/**
 * Spans that share an id with another of their kind, and requests that came to a server under the one span of a client: a retry inside
 * of the span. What a client calls in between, as it follows a redirect, goes elsewhere.
 */
export function sharedIds({ at, spans }: TraceIndex): readonly Span[] {
  const shared = [...at.values()].flatMap((same) =>
    same.filter((span, nth) => same.findIndex(({ kind }) => kind === span.kind) !== nth),
  );
  const requests = spans.filter(({ kind, parentId }) => kind === kinds.server && parentId !== "");
  const once = grouped(requests, (span) =>
    [placeOf(span.traceId, span.parentId), span.service, span.name, targetOf(span)].join("\u0000"),
  );
  const again = [...once].flatMap(([, same]) =>
    at.get(placeOf(same[0]?.traceId ?? "", same[0]?.parentId ?? ""))?.[0]?.kind === kinds.client
      ? same.slice(1)
      : [],
  );
  return [...new Set([...shared, ...again])];
}

/** Requests that repeat one which had failed before, to the same address below the same parent, and do not say which attempt they are. */
export function unnumbered({ spans }: TraceIndex): readonly Span[] {
  const requests = spans.filter(
    ({ kind, parentId, attributes }) =>
      kind === kinds.client && parentId !== "" && attributes["http.request.method"] !== undefined,
  );
  const again: Span[] = [];
  const same = grouped(requests, (span) =>
    [placeOf(span.traceId, span.parentId), span.service, span.name, targetOf(span)].join("\u0000"),
  );
  for (const group of same.values()) {
    const ordered = group.toSorted((a, b) => a.fromMs - b.fromMs);
    for (const [nth, span] of ordered.entries()) {
      const before = ordered[nth - 1];
      if (before === undefined || before.toMs > span.fromMs || !hasFailed(before)) continue;
      if (span.attributes[resend] === undefined) again.push(span);
    }
  }
  return again;
}

function hasFailed({ failed, attributes }: Span): boolean {
  const status = Number(attributes["http.response.status_code"] ?? 0);
  return (
    failed || attributes["error.type"] !== undefined || status >= 500 || status === 429 || status === 408
  );
}

function targetOf({ attributes }: Span): string {
  const method = String(attributes["http.request.method"] ?? "");
  const to = attributes["url.full"] ?? attributes["url.path"] ?? attributes["server.address"] ?? "";
  return `${method} ${String(to)}`;
}
