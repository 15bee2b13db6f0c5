import type { LineReader } from "../traffic/line-format.ts";
import { type Entry, nothingTold, type Told } from "./entry.ts";
import { epochMs, parseTime, type ReadTime } from "./parse-time.ts";
import { type AccessLine, readAccessLine } from "./readers/access.ts";
import { readJson } from "./readers/json.ts";
import { levelOf } from "./readers/level.ts";
import { readLogfmt } from "./readers/logfmt.ts";
import { readText } from "./readers/text.ts";
import { unwrap } from "./readers/wrapper.ts";

/** What a line is read with: which file it is of, whose that file is, and the year of times that name none. */
export interface LineOrigin {
  readonly file: number;
  readonly service: string;
  readonly year: number;
  /** Reads lines of an access log whose format was named; only those of the default formats when left out. */
  readonly access?: LineReader | null;
}

const namesMax = 80;

/** Reads a line of any format; whatever it holds, it only becomes data. */
export function readEntry(origin: LineOrigin, line: number, text: string): Entry {
  const { body, stamp: outer } = unwrap(text, origin.year);
  const stamp = parseTime(body, origin.year);
  const rest = stamp === null ? body : body.slice(stamp.chars).trimStart();
  const access = accessIn(origin, body, rest);
  if (access !== null) return ofAccess(origin, line, text, access, stamp ?? outer);
  const { told, format } = toldBy(rest);
  const json = format === "json" && isOfProxy(told) ? readAccessLine(rest, null) : null;
  if (json !== null) return ofAccess(origin, line, text, withBoth(json, told), stamp ?? outer);
  const time = ownTime(told, origin.year) ?? stamp ?? outer;
  const trace = traceOf(told.trace);
  return {
    file: origin.file,
    line,
    text,
    format,
    atMs: time?.atMs ?? null,
    zoned: time?.zoned ?? true,
    level: levelOf(told.level),
    service: shortName(told.service) ?? origin.service,
    call: trace ?? identity(told.request),
    told,
  };
}

/** Every default format of an access log names the protocol of its requests. */
function accessIn({ access = null }: LineOrigin, body: string, rest: string): AccessLine | null {
  if (access === null && (rest.charCodeAt(0) === 123 || !body.includes(" HTTP/"))) return null;
  const found = readAccessLine(body, access);
  return found !== null || rest === body ? found : readAccessLine(rest, access);
}

/** Applications log a level or a message with a request that they made or served; proxies log neither. */
function isOfProxy({ level, message, event }: Told): boolean {
  return level === null && message === null && event === null;
}

/** What JSON tells under other names than a proxy's counts as well. */
function withBoth(line: AccessLine, told: Told): AccessLine {
  return { ...line, trace: line.trace ?? traceOf(told.trace), told: { ...told, ...toldOnly(line.told) } };
}

function toldOnly(told: Told): Partial<Told> {
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null));
}

/** A line without an id is a request of its own: none other belongs to it. */
function ofAccess(
  { file, service }: LineOrigin,
  line: number,
  text: string,
  { told, access, atMs, trace }: AccessLine,
  stamp: ReadTime | null,
): Entry {
  return {
    file,
    line,
    text,
    format: "access",
    atMs: atMs ?? stamp?.atMs ?? null,
    zoned: atMs !== null || (stamp?.zoned ?? true),
    level: null,
    service: shortName(told.service) ?? service,
    call: trace ?? identity(told.request) ?? `${file}:${line}`,
    told,
    access,
  };
}

function toldBy(rest: string): { readonly told: Told; readonly format: Entry["format"] } {
  if (rest.charCodeAt(0) === 123) {
    const told = readJson(rest);
    if (told !== null) return { told, format: "json" };
  }
  const told = rest.includes("=") ? readLogfmt(rest) : null;
  if (told !== null) return { told, format: "logfmt" };
  return rest === "" ? { told: nothingTold(), format: "text" } : { told: readText(rest), format: "text" };
}

function ownTime({ time }: Told, year: number): ReadTime | null {
  if (time === null) return null;
  const number = typeof time === "number" ? time : /^\d{10,19}(?:\.\d+)?$/.test(time) ? Number(time) : null;
  if (number === null) return parseTime(String(time), year);
  const atMs = epochMs(number);
  return atMs === null ? null : { atMs, zoned: true, chars: 0 };
}

/** The id of a trace, taken out of a traceparent where it is one; zeros are none. */
function traceOf(told: string | null): string | null {
  if (told === null) return null;
  const id = /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(told)?.[1] ?? told;
  return /^0*$/.test(id) ? null : identity(id);
}

function identity(told: string | null): string | null {
  return told === null || told === "" || told.length > 128 ? null : told;
}

function shortName(told: string | null): string | null {
  return told === null || told === "" || told.length > namesMax ? null : told;
}

/** The name of a service from that of its file: `checkout-2.log.gz` is the log of checkout. */
export function serviceOfFile(name: string): string {
  const base = name.split(/[\\/]/).at(-1) ?? name;
  return (
    base.replace(/(?:\.(?:log|json|ndjson|jsonl|txt|out|err|gz|\d+))+$/i, "").replace(/[-_.]\d+$/, "") || base
  );
}
