import { parseHttpDate } from "./http-date.ts";

/** What is known where a response is read. */
export interface RetryAfterContext {
  /** The response's own `Date` header: a date is counted from it, which cancels clock skew. */
  readonly date?: string | null;
  /** The wall clock, used when there is no readable `Date` header. */
  readonly nowMs: number;
}

/**
 * Reads a `Retry-After` value as milliseconds from now: seconds (digits, a fraction is allowed), or an HTTP date. A date in the
 * past is 0; what is neither is `null`, as if the header were absent.
 */
export function parseRetryAfter(value: string, { date, nowMs }: RetryAfterContext): number | null {
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1e6) / 1e3;
  const until = parseHttpDate(text, nowMs);
  if (until === null) return null;
  const from = (date === undefined || date === null ? null : parseHttpDate(date, nowMs)) ?? nowMs;
  return Math.max(0, until - from);
}

/**
 * The wait that a response's headers (names in lower case) ask for: `retry-after-ms`, `x-amz-retry-after` (both milliseconds) or
 * `retry-after`; the first that can be read. `null` when none asks.
 */
export function retryAfterOf(
  headers: { readonly [name: string]: string | undefined },
  nowMs: number,
): number | null {
  for (const name of ["retry-after-ms", "x-amz-retry-after"]) {
    const text = headers[name]?.trim() ?? "";
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  }
  const value = headers["retry-after"];
  return value === undefined ? null : parseRetryAfter(value, { date: headers["date"] ?? null, nowMs });
}
