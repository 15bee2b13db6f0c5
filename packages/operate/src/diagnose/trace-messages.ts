import type { Span } from "./otlp.ts";
import { grouped, kinds, placeOf, type TraceIndex } from "./trace-index.ts";

/** Consumers that begin a trace of their own and link to none. */
export function unlinkedConsumers({ spans }: TraceIndex): readonly Span[] {
  return spans.filter(
    ({ kind, parentId, links }) => kind === kinds.consumer && parentId === "" && links.length === 0,
  );
}

/**
 * Messages that no consumer names, neither as its parent nor by a link, although somebody consumes from there without naming any. Where
 * every consumer names its message, one that nobody names is simply not consumed yet.
 */
export function unlinkedProducers(index: TraceIndex): readonly Span[] {
  const lost = unlinkedConsumers(index);
  const lostAt = grouped(lost, destinationOf);
  return index.spans.filter(
    (span) =>
      span.kind === kinds.producer &&
      destinationOf(span) !== "" &&
      !index.linked.has(placeOf(span.traceId, span.spanId)) &&
      !reaches(index, span, kinds.consumer) &&
      (lostAt.get(destinationOf(span)) ?? []).some((consumer) => consumer.toMs >= span.fromMs),
  );
}

/**
 * Servers that begin a trace of their own while somebody calls them: the call is there, ends around them, and has no server below it.
 * A server that nobody is seen to call is where a trace begins.
 */
export function unlinkedServers(index: TraceIndex): readonly Span[] {
  const calls = index.spans.filter(
    (span) => span.kind === kinds.client && !reaches(index, span, kinds.server) && calledBy(span) !== "",
  );
  const byService = grouped(calls, calledBy);
  return index.spans.filter(
    (server) =>
      server.kind === kinds.server &&
      server.parentId === "" &&
      server.links.length === 0 &&
      (byService.get(server.service) ?? []).some((call) => isAround(call, server)),
  );
}

function isAround(call: Span, server: Span): boolean {
  const method = server.attributes["http.request.method"];
  const told = call.attributes["http.request.method"];
  const same = method === undefined || told === undefined || method === told;
  return same && call.fromMs <= server.fromMs && server.toMs <= call.toMs;
}

/** The service that a client says it calls: by its name, or by a host that begins with it. */
function calledBy({ attributes }: Span): string {
  const named = attributes["service.peer.name"] ?? attributes["peer.service"];
  return String(named ?? String(attributes["server.address"] ?? "").split(".")[0] ?? "");
}

/** Whether below a span, over further spans of the same message or call, there is one of a kind. */
function reaches(index: TraceIndex, span: Span, kind: number): boolean {
  return index.childrenOf(span).some((child) => child.kind === kind);
}

function destinationOf({ attributes }: Span): string {
  const named = attributes["messaging.destination.name"] ?? attributes["messaging.destination.template"];
  return String(named ?? attributes["holdfast.delivery.message_type"] ?? "");
}
