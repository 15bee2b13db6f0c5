import { classOfWords } from "../diagnose/classes/index.ts";
import type { Span } from "../diagnose/otlp.ts";
import { hostOf } from "./read-access.ts";
import type { Ending, RequestSeen } from "./seen.ts";

/** The request that a span of a client or a server stands for; `null` where it is about no request over HTTP. */
export function requestOfSpan(span: Span, file: number): RequestSeen | null {
  const side = span.kind === 3 ? "out" : span.kind === 2 ? "in" : null;
  const told = (...names: readonly string[]): string | null => {
    const found = names.map((name) => span.attributes[name]).find((value) => value !== undefined);
    return found === undefined ? null : String(found);
  };
  const method = told("http.request.method", "http.method");
  const target = targetOf(told("url.full", "http.url"), told("url.path", "http.target"), told("url.query"));
  if (side === null || method === null || target === null || span.toMs < span.fromMs) return null;
  const status = statusOf(told("http.response.status_code", "http.status_code"));
  const error = told("error.type") ?? told("exception.type", "exception.message");
  return {
    kind: "request",
    source: "span",
    file,
    line: span.line,
    text: JSON.stringify({
      span: span.name,
      service: span.service,
      trace_id: span.traceId,
      ...span.attributes,
    }).slice(0, 600),
    side,
    service: span.service,
    peer: side === "out" ? hostOf(told("server.address", "net.peer.name", "peer.service")) : null,
    method,
    target,
    startMs: span.fromMs,
    endMs: span.toMs,
    resolutionMs: 1,
    status,
    ending: isWhole(status, error) ? "answered" : endingOf(error),
    firstByteMs: null,
    trace: span.traceId === "" ? null : span.traceId,
    request: null,
    span: span.spanId,
    parent: span.parentId === "" ? null : span.parentId,
    tries: 1,
    headers: headersOf(span),
  };
}

function statusOf(told: string | null): number | null {
  const number = Number(told ?? Number.NaN);
  return Number.isInteger(number) && number >= 100 && number <= 599 ? number : null;
}

/** An error beside a status of success says that the rest of the answer did not come; one beside a failure repeats it. */
function isWhole(status: number | null, error: string | null): boolean {
  return status !== null && (status >= 400 || error === null || error === String(status));
}

/** What ended a request that got no answer, by the error that its client met. */
export function endingOf(error: string | null): Ending {
  if (error === null) return "unknown";
  if (/abort|cancel/i.test(error)) return "given-up";
  const found = classOfWords(error)?.id;
  if (found === "timeout") return "given-up";
  if (found === "unreachable" || found === "name-resolution") return "refused";
  if (found === "truncated") return "closed";
  return found === "connection-lost" ? "reset" : "unknown";
}

const afterHost = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^#]*)/i;

function targetOf(full: string | null, path: string | null, query: string | null): string | null {
  const ofFull = full === null ? null : (afterHost.exec(full)?.[1] ?? null);
  if (ofFull !== null) return ofFull.startsWith("/") ? ofFull : `/${ofFull}`;
  if (path === null || !path.startsWith("/")) return null;
  return query === null || query === "" || path.includes("?") ? path : `${path}?${query}`;
}

/** Headers that the instrumentation was told to keep: `http.request.header.idempotency-key`. */
function headersOf({ attributes }: Span): Record<string, string | null> {
  const headers: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("http.request.header.")) headers[nameAfter(name, 20)] = String(value);
    if (name.startsWith("http.response.header.")) headers[`answer:${nameAfter(name, 21)}`] = String(value);
  }
  return headers;
}

function nameAfter(name: string, chars: number): string {
  return name.slice(chars).toLowerCase().replaceAll("_", "-");
}
