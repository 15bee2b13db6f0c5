import { parseHttpDate } from "./http-date.ts";

/** What is known where a response is read. */
export interface RetryAfterContext {
  /** The response's own `Date` header: a date is counted from it, which cancels clock skew. */
  readonly date?: string | null;
  /** The wall clock, used when there is no readable `Date` header. */
  readonly nowMs: number;
}

/** A header's value as clients hold it; of several, the first counts. */
type HeaderValue = string | number | readonly string[] | null | undefined;

/** Headers as clients hold them: `Headers`, gRPC metadata, a map, pairs, raw headers, or a plain object. Names in any case. */
type HeadersLike =
  | { get(name: string): unknown }
  | ReadonlyMap<string, HeaderValue>
  | readonly (readonly [name: string, value: HeaderValue])[]
  | readonly string[]
  | { readonly [name: string]: HeaderValue };

const decimal = /^\d+(\.\d+)?$/;

/**
 * Reads a `Retry-After` value as milliseconds from now: seconds (digits, a fraction is allowed), or an HTTP date. A date in the
 * past is 0; what is neither is `null`, as if the header were absent.
 */
export function parseRetryAfter(value: string, { date, nowMs }: RetryAfterContext): number | null {
  const text = value.trim();
  if (decimal.test(text)) return millisOf(text);
  const until = parseHttpDate(text, nowMs);
  if (until === null) return null;
  const from = (date === undefined || date === null ? null : parseHttpDate(date, nowMs)) ?? nowMs;
  return Math.max(0, until - from);
}

/**
 * The wait that a response's headers ask for, in ms: `grpc-retry-pushback-ms`, `retry-after-ms`, `x-amz-retry-after` (both
 * milliseconds), `retry-after` or `x-ratelimit-reset`; the first that can be read. `null` when none asks; `Infinity` when the
 * provider asks not to come back. A wait of years is told as it is.
 */
export function retryAfterOf(headers: HeadersLike, nowMs: number): number | null {
  const header = readerOf(headers);
  const pushback = header("grpc-retry-pushback-ms");
  if (pushback !== undefined) return parsePushback(pushback);
  for (const name of ["retry-after-ms", "x-amz-retry-after"]) {
    const text = header(name)?.trim() ?? "";
    if (decimal.test(text)) return Number(text);
  }
  const value = header("retry-after");
  const asked = value === undefined ? null : parseRetryAfter(value, { date: header("date") ?? null, nowMs });
  return asked ?? untilReset(header, nowMs);
}

/** A whole number from 0 that fits 32 bits with sign; anything else forbids another attempt (gRFC A6). */
function parsePushback(text: string): number {
  const waitMs = /^\d{1,10}$/.test(text.trim()) ? Number(text) : Number.POSITIVE_INFINITY;
  return waitMs < 2 ** 31 ? waitMs : Number.POSITIVE_INFINITY;
}

/** From here on a number of seconds is a date: 31 years make no window of a rate limit. */
const earliestDate = 1e9;

/**
 * Many providers send `x-ratelimit-reset` with every answer: it asks for a wait only where no call is left in the window. Envoy
 * writes seconds from now, others the date in seconds since 1970.
 */
function untilReset(header: (name: string) => string | undefined, nowMs: number): number | null {
  const text = header("x-ratelimit-reset")?.trim() ?? "";
  const left = header("x-ratelimit-remaining")?.trim() ?? "0";
  if (!decimal.test(text) || Number(left) > 0) return null;
  const waitMs = millisOf(text);
  return Number(text) < earliestDate ? waitMs : Math.max(0, waitMs - nowMs);
}

/** Seconds as milliseconds; a fraction is told to the thousandth of one. */
function millisOf(seconds: string): number {
  return Math.round(Number(seconds) * 1e6) / 1e3;
}

function readerOf(headers: HeadersLike): (name: string) => string | undefined {
  if (headers instanceof Map) return lowerCased([...headers]);
  if (Array.isArray(headers)) return lowerCased(typeof headers[0] === "string" ? paired(headers) : headers);
  const { get } = headers as { readonly get?: unknown };
  if (typeof get === "function") return (name) => firstText(get.call(headers, name));
  return lowerCased(Object.entries(headers));
}

/** Raw headers, in which names and values take turns, as pairs. */
function paired(raw: readonly unknown[]): readonly unknown[] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1]]] : []));
}

function lowerCased(pairs: readonly unknown[]): (name: string) => string | undefined {
  const found = new Map<string, string>();
  for (const pair of pairs) {
    if (!Array.isArray(pair) || typeof pair[0] !== "string") continue;
    const name = pair[0].toLowerCase();
    const text = firstText(pair[1]);
    if (text !== undefined && !found.has(name)) found.set(name, text);
  }
  return (name) => found.get(name);
}

function firstText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" || typeof first === "number" ? String(first) : undefined;
}
