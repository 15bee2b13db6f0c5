import { parseTraceparent } from "@holdfast/core";
import { ownText } from "../diagnose/own-text.ts";
import { epochMs, parseTime } from "../diagnose/parse-time.ts";
import { type Field, fieldOf } from "./field-names.ts";
import { defaultReaders, type Fields, type LineReader } from "./line-format.ts";
import type { Ending, RequestSeen, Spot } from "./seen.ts";

/** Reads a line of an access log: by the format that was named, as JSON, or by a default format; `null` where it is none. */
export function readAccess(spot: Spot, custom: LineReader | null): RequestSeen | null {
  const fields = accessFields(spot.text, custom);
  return fields === null ? null : requestOf(fields, spot);
}

/** What a line of an access log holds, by field; `null` where it is none. */
export function accessFields(text: string, custom: LineReader | null): Fields | null {
  return custom?.(text) ?? (text.startsWith("{") ? ofJson(text) : ofDefault(text));
}

function ofDefault(text: string): Fields | null {
  if (!text.includes('"')) return null;
  for (const read of defaultReaders) {
    const fields = read(text);
    if (fields !== null) return fields;
  }
  return null;
}

/** Only what proxies write has one of these names in it: other lines are not taken apart here. */
const proxyNames = /"(?:duration|duration_ms|request_time|response_flags)"/;

function ofJson(text: string): Fields | null {
  if (!proxyNames.test(text)) return null;
  const fields = new Map<Field, string>();
  for (const [key, told] of Object.entries(parsed(text))) {
    const field = fieldOf(key);
    if (field !== null && !fields.has(field)) setField(fields, field, told);
  }
  return isAccess(fields) ? fields : null;
}

function setField(fields: Map<Field, string>, field: Field, told: unknown): void {
  if (typeof told === "string" || typeof told === "number") fields.set(field, String(told));
  else if (told === null) fields.set(field, "-");
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** An application's own log may name a method, a path and a status too: only proxies say how long the request took as well. */
function isAccess(fields: Fields): boolean {
  const has = (...names: readonly Field[]): boolean => names.some((name) => fields.has(name));
  return has("status") && has("request-line", "target") && has("duration-ms", "duration-s", "flags");
}

/** The request that the fields of a line tell of; `null` where they name none. */
export function requestOf(fields: Fields, spot: Spot): RequestSeen | null {
  const line = requestLine(fields);
  const code = fields.get("status") ?? "";
  if (line === null || !/^(?:\d{1,3}|-)$/.test(code)) return null;
  const told = (field: Field): string | null => present(fields.get(field));
  const { startMs, endMs, resolutionMs } = timesOf(fields);
  const ending = endingOf(Number(code) || 0, told("flags") ?? "");
  const headers = headersOf(fields);
  const cluster = told("cluster");
  return {
    ...spot,
    kind: "request",
    source: "access-log",
    side: sideOf(cluster),
    service: null,
    peer: hostOf(told("authority") ?? cluster?.split("|").at(-1) ?? told("upstream")),
    ...line,
    startMs,
    endMs,
    resolutionMs,
    status: statusOf(Number(code) || 0),
    ending,
    firstByteMs: firstByteOf(fields),
    trace: traceOf(headers, told("trace")),
    request: told("request-id"),
    span: null,
    parent: null,
    tries: Math.max(1, Number(told("tries")) || 1),
    headers,
  };
}

function requestLine(fields: Fields): { readonly method: string; readonly target: string } | null {
  const [first, second] = (fields.get("request-line") ?? "").split(" ");
  const method = present(fields.get("method")) ?? present(first) ?? "";
  const target = present(fields.get("target")) ?? present(second) ?? "";
  return /^[A-Z]{3,10}$/.test(method) && target.startsWith("/") ? { method, target } : null;
}

/** nginx ends a request that its client left with 499, and one that it closed without a word with 444; neither is an answer. */
function statusOf(code: number): number | null {
  return code >= 100 && code !== 499 && code !== 444 ? code : null;
}

/** Envoy says by its flags who ended a request; beside a status of success, that the answer was not whole. */
function endingOf(code: number, flags: string): Ending {
  if (code === 499 || /\b(?:DC|DPE)\b/.test(flags)) return "given-up";
  if (code === 444) return "closed";
  if (code >= 400) return "answered";
  if (code >= 100) return /\b(?:UC|UR|LR|UT|SI|UPE)\b/.test(flags) ? "closed" : "answered";
  return /\b(?:UC|UR|LR)\b/.test(flags) ? "reset" : "unknown";
}

function sideOf(cluster: string | null): RequestSeen["side"] {
  if (cluster?.startsWith("outbound|") === true) return "out";
  return cluster?.startsWith("inbound|") === true ? "in" : null;
}

/** Envoy writes when a request began, nginx when it had ended; the other end is as far away as it took. */
function timesOf(fields: Fields): Pick<RequestSeen, "startMs" | "endMs" | "resolutionMs"> {
  const inMs = numberOf(fields.get("duration-ms"));
  const inS = numberOf(fields.get("duration-s"));
  const tookMs = inMs ?? (inS === null ? null : inS * 1_000);
  const start = momentOf(fields.get("start"));
  const end = start === null ? momentOf(fields.get("end")) : null;
  const shifted = (from: number | undefined, by: number): number | null =>
    from === undefined || tookMs === null ? null : Math.round(from + by * tookMs);
  return {
    startMs: start?.atMs ?? shifted(end?.atMs, -1),
    endMs: end?.atMs ?? shifted(start?.atMs, 1),
    resolutionMs: tookMs === null ? 1_000 : ((start ?? end)?.resolutionMs ?? 1_000),
  };
}

function momentOf(told: string | undefined): { readonly atMs: number; readonly resolutionMs: number } | null {
  const text = present(told);
  if (text === null) return null;
  const seconds = /^\d{10}(\.\d{1,9})?$/.exec(text);
  if (seconds !== null)
    return { atMs: Math.round(Number(text) * 1_000), resolutionMs: seconds[1] === undefined ? 1_000 : 1 };
  const number = /^\d{13,19}$/.test(text) ? epochMs(Number(text)) : null;
  if (number !== null) return { atMs: number, resolutionMs: 1 };
  const read = parseTime(text, 1970);
  return read === null ? null : { atMs: read.atMs, resolutionMs: /:\d\d[.,]\d{2}/.test(text) ? 1 : 1_000 };
}

function firstByteOf(fields: Fields): number | null {
  const ms = numberOf(fields.get("first-byte-ms"));
  const seconds = numberOf(fields.get("first-byte-s"));
  return ms ?? (seconds === null ? null : seconds * 1_000);
}

function numberOf(told: string | undefined): number | null {
  return told !== undefined && /^\d{1,12}(?:\.\d{1,9})?$/.test(told) ? Number(told) : null;
}

function headersOf(fields: Fields): Record<string, string | null> {
  const headers: Record<string, string | null> = {};
  for (const [field, value] of fields) {
    if (field.startsWith("header:")) headers[field.slice(7)] = present(value);
    else if (field.startsWith("answer:")) headers[field] = present(value);
  }
  return headers;
}

/** The trace that a request belongs to: by the header that was logged, else by what the proxy calls its trace. */
export function traceOf(
  headers: Readonly<Record<string, string | null>>,
  told: string | null,
): string | null {
  const { traceparent } = headers;
  const parsed = typeof traceparent === "string" ? parseTraceparent(traceparent) : null;
  if (parsed !== null) return parsed.traceId;
  return told !== null && /^[0-9a-f]{16,32}$/i.test(told) && !/^0+$/.test(told) ? told.toLowerCase() : null;
}

/** A host without its port, short enough for a name. */
export function hostOf(told: string | null): string | null {
  if (told === null) return null;
  const host =
    told
      .split(",")[0]
      ?.trim()
      .replace(/:\d{1,5}$/, "") ?? "";
  return host === "" || host.length > 80 ? null : host.toLowerCase();
}

const valueCharsMax = 2_000;

/** Logs write a hyphen for what was not there. A value is kept long after its line was read, and keeps nothing else of it alive. */
export function present(told: string | null | undefined): string | null {
  return told === undefined || told === null || told === "" || told === "-"
    ? null
    : ownText(told, valueCharsMax);
}
