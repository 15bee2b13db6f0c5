import type { Random } from "./random.ts";

/** A W3C `traceparent`, taken apart. */
export interface TraceContext {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero: the caller's span. */
  readonly parentId: string;
  readonly sampled: boolean;
}

/** A fresh trace context from chance. */
export function newTraceContext(random: Random): TraceContext {
  return { traceId: id(random, 4), parentId: id(random, 2), sampled: true };
}

/** Writes a trace context as a `traceparent` of version 00. */
export function formatTraceparent({ traceId, parentId, sampled }: TraceContext): string {
  return `00-${traceId}-${parentId}-${sampled ? "01" : "00"}`;
}

/**
 * Reads a `traceparent` by W3C Trace Context: version `ff`, ids of zeros and upper case are refused; a later version may carry
 * more fields behind a hyphen, version 00 may not. `null` when it is not valid.
 */
export function parseTraceparent(value: string): TraceContext | null {
  const parts = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(value.trim());
  if (parts === null) return null;
  const [, version = "", traceId = "", parentId = "", flags = "", more] = parts;
  if (version === "ff" || (version === "00" && more !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return null;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

function id(random: Random, words: number): string {
  const digits = Array.from({ length: words }, () =>
    random
      .integer(0, 2 ** 32 - 1)
      .toString(16)
      .padStart(8, "0"),
  ).join("");
  return /^0+$/.test(digits) ? `${digits.slice(0, -1)}1` : digits;
}
