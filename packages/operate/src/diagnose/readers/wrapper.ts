import { parseTime, type ReadTime } from "../parse-time.ts";

/** What a container runtime (CRI) writes between its time and the line. */
const runtime = /^(?:stdout|stderr) [FP] /;
/** What a run of `holdfast verify` writes before the lines that it keeps: milliseconds of the run, instance, stream. */
const kept = /^\d{1,9}\.\d [A-Za-z]\w{0,20} (?:stdout|stderr|file) /;

/** A line without what its keeper wrote before it, and the time that stood there. */
export interface Unwrapped {
  readonly body: string;
  readonly stamp: ReadTime | null;
}

/** Takes off what a container runtime or a run wrote before a line; the time of a run is none of the calendar. */
export function unwrap(text: string, year: number): Unwrapped {
  const digit = text.charCodeAt(0) - 48;
  if (!(digit >= 0 && digit <= 9)) return { body: text, stamp: null };
  const at = text.indexOf(" ");
  if (at < 3 || at > 40) return { body: text, stamp: null };
  const own = at <= 11 ? kept.exec(text) : null;
  if (own !== null) return unwrap(text.slice(own[0].length), year);
  const marked = at >= 19 ? runtime.exec(text.slice(at + 1, at + 10)) : null;
  const stamp = marked === null ? null : parseTime(text, year);
  if (marked === null || stamp === null) return { body: text, stamp: null };
  return { body: text.slice(at + 1 + marked[0].length), stamp };
}
