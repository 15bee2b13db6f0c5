import { trimBlanks } from "./blanks.ts";
import type { Random } from "./random.ts";
import type { TraceState } from "./trace-state.ts";

/** A place in a trace by W3C Trace Context: a `traceparent`, taken apart, and what systems on the way keep in `tracestate`. */
export interface TraceContext {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero: the caller's span. */
  readonly parentId: string;
  readonly sampled: boolean;
  /** Whether at least the last 14 digits of the trace id were drawn by chance (level 2). It goes with the id; absent is no. */
  readonly random?: boolean;
  /** Absent is none. */
  readonly traceState?: TraceState;
}

const noTrace = "0".repeat(32);
const noSpan = "0".repeat(16);
const sampledFlag = 1;
const randomFlag = 2;
/** The end of the flags, where version 00 ends. */
const end = 55;

/** A fresh trace context from chance. */
export function newTraceContext(random: Random): TraceContext {
  return { traceId: newTraceId(random), parentId: newSpanId(random), sampled: true, random: true };
}

/** The context to send with one attempt: the same trace, flags and `tracestate`, and a span of its own. */
export function childOf(context: TraceContext, random: Random): TraceContext {
  return { ...context, parentId: newSpanId(random) };
}

/** Writes a trace context as a `traceparent` of version 00, with the flags of level 2. */
export function formatTraceparent({ traceId, parentId, sampled, random = false }: TraceContext): string {
  return `00-${traceId}-${parentId}-0${(sampled ? sampledFlag : 0) | (random ? randomFlag : 0)}`;
}

/**
 * Reads a `traceparent` by W3C Trace Context, level 2: version `ff`, ids of zeros and upper case are refused; a later version may
 * carry more fields behind a hyphen, version 00 may not. `null` when it is not valid.
 */
export function parseTraceparent(value: string): TraceContext | null {
  const text = trimBlanks(value);
  if (!isLaidOut(text) || !isOfReadableVersion(text)) return null;
  const traceId = text.slice(3, 35);
  const parentId = text.slice(36, 52);
  if (traceId === noTrace || parentId === noSpan) return null;
  const flags = Number.parseInt(text.slice(53, end), 16);
  const context = { traceId, parentId, sampled: (flags & sampledFlag) !== 0 };
  return (flags & randomFlag) === 0 ? context : { ...context, random: true };
}

/** Whether digits and hyphens stand where version 00 has them, as they do in every later version. */
function isLaidOut(text: string): boolean {
  return (
    isHex(text, 0, 2) &&
    text[2] === "-" &&
    isHex(text, 3, 35) &&
    text[35] === "-" &&
    isHex(text, 36, 52) &&
    text[52] === "-" &&
    isHex(text, 53, end)
  );
}

function isOfReadableVersion(text: string): boolean {
  if (text.startsWith("ff")) return false;
  if (text.length === end) return true;
  // A comma is what is left of two headers that were joined into one: neither may be believed.
  return !text.startsWith("00") && text[end] === "-" && !text.includes(",", end);
}

function isHex(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    const isDigit = (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66);
    // Beyond the end of the text the code is NaN, which is no digit either.
    if (!isDigit) return false;
  }
  return true;
}

function newTraceId(random: Random): string {
  const id = `${eightDigits(random)}${eightDigits(random)}${eightDigits(random)}${eightDigits(random)}`;
  return id === noTrace ? `${noTrace.slice(1)}1` : id;
}

function newSpanId(random: Random): string {
  const id = `${eightDigits(random)}${eightDigits(random)}`;
  return id === noSpan ? `${noSpan.slice(1)}1` : id;
}

// Every attempt needs an id: digits are looked up in pairs, since engines write numbers beyond 2^31 by way of floating point.
const bytesInHex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function eightDigits(random: Random): string {
  const word = random.integer(0, 2 ** 32 - 1);
  return `${bytesInHex[word >>> 24]}${bytesInHex[(word >>> 16) & 255]}${bytesInHex[(word >>> 8) & 255]}${bytesInHex[word & 255]}`;
}
