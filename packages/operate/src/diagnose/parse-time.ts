/** A moment that was read; `zoned` tells whether the text named its zone. */
export interface ReadTime {
  readonly atMs: number;
  readonly zoned: boolean;
  /** How many characters it took. */
  readonly chars: number;
}

const dated =
  /^\[?(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?\]?/;
const common = /^\[?(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?: ([+-]\d{4}))?\]?/;
const syslog = /^(?:<\d{1,3}>)?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)/;
const epoch = /^\[?(1\d{9})(?:(\d{3})(\d{3})?(\d{3})?|\.(\d{1,9}))?\]?(?=\s|$)/;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The moment that a text begins with; `year` is that of times that name none. */
export function parseTime(text: string, year: number): ReadTime | null {
  const first = text.charCodeAt(text.charCodeAt(0) === 91 ? 1 : 0);
  if (first >= 48 && first <= 57) return usual(text) ?? iso(text) ?? clf(text) ?? seconds(text);
  if (first === 60 || (first >= 65 && first <= 90)) return bsd(text, year);
  return null;
}

/** Lines of one second share its first nineteen characters; that second is worked out once. */
let second = "";
let secondMs = 0;

/** The form that nearly every logger writes: `2026-11-28T01:41:03.275Z`, and nothing behind it that belongs to it. */
function usual(text: string): ReadTime | null {
  if (text.charCodeAt(23) !== 90 || text.charCodeAt(19) !== 46 || text.charCodeAt(10) !== 84) return null;
  const ms = Number(text.slice(20, 23));
  if (!(ms >= 0) || text.slice(0, 19) !== second) return null;
  return { atMs: secondMs + ms, zoned: true, chars: 24 };
}

function iso(text: string): ReadTime | null {
  const found = dated.exec(text);
  if (found === null) return null;
  const [all, year, month, day, hour, minute, seconds = "0", fraction = "0", zone] = found;
  const base = momentMs(
    Number(year),
    Number(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(seconds),
  );
  if (base === null) return null;
  remember(text, base);
  const ms = Math.floor(Number(`0.${fraction}`) * 1000);
  return { atMs: base + ms - zoneMs(zone), zoned: zone !== undefined, chars: all.length };
}

function remember(text: string, baseMs: number): void {
  if (text.charCodeAt(19) !== 46) return;
  second = ` ${text.slice(0, 19)}`.slice(1);
  secondMs = baseMs;
}

function clf(text: string): ReadTime | null {
  const found = common.exec(text);
  if (found === null) return null;
  const [all, day, month = "", year, hour, minute, second, zone] = found;
  const at = months.indexOf(month) + 1;
  const base = momentMs(Number(year), at, Number(day), Number(hour), Number(minute), Number(second));
  return base === null ? null : { atMs: base - zoneMs(zone), zoned: zone !== undefined, chars: all.length };
}

function bsd(text: string, year: number): ReadTime | null {
  const found = syslog.exec(text);
  if (found === null) return null;
  const [all, month = "", day, hour, minute, second] = found;
  const base = momentMs(
    year,
    months.indexOf(month) + 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return base === null ? null : { atMs: base, zoned: false, chars: all.length };
}

function seconds(text: string): ReadTime | null {
  const found = epoch.exec(text);
  if (found === null) return null;
  const [all, whole, ms = "0", , , fraction] = found;
  const rest = fraction === undefined ? Number(ms) : Math.floor(Number(`0.${fraction}`) * 1000);
  return { atMs: Number(whole) * 1000 + rest, zoned: true, chars: all.length };
}

/** The moment that a number of a log means: seconds, milliseconds, micro- or nanoseconds since 1970. */
export function epochMs(value: number): number | null {
  for (const [least, perMs] of [
    [1e18, 1e-6],
    [1e15, 1e-3],
    [1e12, 1],
    [1e9, 1e3],
  ] as const)
    if (value >= least && value < least * 10) return Math.floor(value * perMs);
  return null;
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === "Z" || zone === "UTC" || zone === "GMT") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith("-") ? -1 : 1) * minutes * 60_000;
}

/** Milliseconds since 1970 of a date of the Gregorian calendar; `null` where there is no such date. */
function momentMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | null {
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  // Days by the civil calendar that begins in March, so that the leap day is the last one of a year.
  const from = month <= 2 ? year - 1 : year;
  const era = Math.floor(from / 400);
  const ofEra = from - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const days =
    era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
  return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000;
}
