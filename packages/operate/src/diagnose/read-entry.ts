import { type Entry, nothingTold, type Told } from "./entry.ts";
import { epochMs, parseTime, type ReadTime } from "./parse-time.ts";
import { readJson } from "./readers/json.ts";
import { levelOf } from "./readers/level.ts";
import { readLogfmt } from "./readers/logfmt.ts";
import { readText } from "./readers/text.ts";

/** What a line is read with: which file it is of, whose that file is, and the year of times that name none. */
export interface LineOrigin {
  readonly file: number;
  readonly service: string;
  readonly year: number;
}

const namesMax = 80;

/** Reads a line of any format; whatever it holds, it only becomes data. */
export function readEntry(origin: LineOrigin, line: number, text: string): Entry {
  const stamp = parseTime(text, origin.year);
  const rest = stamp === null ? text : text.slice(stamp.chars).trimStart();
  const { told, format } = toldBy(rest);
  const time = ownTime(told, origin.year) ?? stamp;
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
