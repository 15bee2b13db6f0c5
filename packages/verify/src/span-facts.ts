import { headerOf, withoutReplays } from "./attempts.ts";
import type { FailureLine } from "./failure-lines.ts";
import { logSignature } from "./log-signature.ts";
import type { ObservedCall } from "./model.ts";
import type { SpanRecord } from "./otlp/span-record.ts";

/** What the client spans of a failed call should tell, besides the kind of failure. */
export const spanFacts = [
  "error status",
  "error.type or http.response.status_code",
  "server.address or peer.service",
  "one span for each attempt",
] as const;
/** One of them. */
export type SpanFact = (typeof spanFacts)[number];

/** The facts that the spans of a call tell; the count of a single attempt is not asked for. */
export function spanFactsIn(call: ObservedCall): {
  readonly applies: readonly SpanFact[];
  readonly told: readonly SpanFact[];
} {
  const spans = clientSpans(call);
  const attempts = withoutReplays(call.attempts).length;
  const applies = spanFacts.filter((fact) => fact !== "one span for each attempt" || attempts > 1);
  const isTold: Readonly<Record<SpanFact, boolean>> = {
    "error status": spans.some(({ status }) => status === "error"),
    "error.type or http.response.status_code": spans.some((span) => errorOf(span) !== null),
    "server.address or peer.service": spans.some(hasPeer),
    "one span for each attempt": spans.length >= attempts,
  };
  return { applies, told: applies.filter((fact) => isTold[fact]) };
}

/** Whether the second attempt and those after it are numbered as such. */
export function numbersResends(call: ObservedCall): boolean {
  return clientSpans(call).some(
    ({ attributes }) =>
      (attributes["http.request.resend_count"] ?? attributes["http.resend_count"]) !== undefined,
  );
}

/** What the failed attempts of a call look like in its spans. */
export function spanLines(call: ObservedCall): FailureLine[] {
  return clientSpans(call).flatMap((span) => {
    const error = errorOf(span);
    if (span.status !== "error" && error === null) return [];
    const line = [error ?? "", span.attributes["exception.type"] ?? "", span.message].join(" ").trim();
    return [{ line, signature: logSignature(line, [call.id, call.traceId]) }];
  });
}

/** Spans of requests, to the provider where the port says so; those of databases and brokers are not asked. */
function clientSpans(call: ObservedCall): readonly SpanRecord[] {
  const ports = new Set(call.attempts.flatMap((one) => headerOf(one, "host")?.split(":")[1] ?? []));
  return call.spans.filter(({ kind, attributes }) => {
    if (kind !== "client" || attributes["db.system"] !== undefined) return false;
    if (attributes["db.system.name"] !== undefined || attributes["messaging.system"] !== undefined)
      return false;
    const port = attributes["server.port"] ?? attributes["net.peer.port"];
    return port === undefined || ports.size === 0 || ports.has(String(port));
  });
}

function errorOf({ attributes }: SpanRecord): string | null {
  const type = attributes["error.type"] ?? attributes["exception.type"];
  const status = attributes["http.response.status_code"] ?? attributes["http.status_code"];
  const failed = Number(status ?? 0) >= 400;
  if (type === undefined && !failed) return null;
  return `type=${type ?? ""} status=${failed ? status : ""}`;
}

function hasPeer({ attributes }: SpanRecord): boolean {
  return ["server.address", "peer.service", "net.peer.name", "url.full", "http.url"].some(
    (name) => attributes[name] !== undefined,
  );
}
