const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const month = months.join("|");
const time = "(\\d{2}):(\\d{2}):(\\d{2})";
const short = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const long = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day";

/** The three forms of RFC 9110 §5.6.7: the one in use, and the two that recipients must still read. */
const imfFixdate = new RegExp(`^${short}, (\\d{2}) (${month}) (\\d{4}) ${time} GMT$`);
const rfc850 = new RegExp(`^${long}, (\\d{2})-(${month})-(\\d{2}) ${time} GMT$`);
const asctime = new RegExp(`^${short} (${month}) ([ \\d]\\d) ${time} (\\d{4})$`);

/** Reads an HTTP date as milliseconds since 1970; `null` when it is none. `nowMs` decides the century of two-digit years. */
export function parseHttpDate(text: string, nowMs: number): number | null {
  const value = text.trim();
  const fixed = imfFixdate.exec(value);
  if (fixed !== null) {
    const [, day, name, year, ...clock] = fixed;
    return instant(Number(year), name, Number(day), clock);
  }
  const old = rfc850.exec(value);
  if (old !== null) {
    const [, day, name, year, ...clock] = old;
    return instant(fullYear(Number(year), nowMs), name, Number(day), clock);
  }
  const unix = asctime.exec(value);
  if (unix === null) return null;
  const [, name, day, hour = "", minute = "", second = "", year] = unix;
  return instant(Number(year), name, Number(day), [hour, minute, second]);
}

/** Writes milliseconds since 1970 as an HTTP date, whole seconds rounded down. */
export function formatHttpDate(wallMs: number): string {
  return new Date(wallMs).toUTCString();
}

function instant(
  year: number,
  monthName: string | undefined,
  day: number,
  clock: readonly string[],
): number | null {
  const [hour = Number.NaN, minute = Number.NaN, second = Number.NaN] = clock.map(Number);
  if (hour > 23 || minute > 59 || second > 60) return null;
  const monthIndex = months.indexOf(monthName ?? "");
  const date = new Date(0);
  date.setUTCFullYear(year, monthIndex, day);
  // 31 February rolls over into March: refuse it.
  if (date.getUTCMonth() !== monthIndex || date.getUTCDate() !== day) return null;
  return date.setUTCHours(hour, minute, second);
}

/** A two-digit year more than 50 years ahead is one of the century before (RFC 9110 §5.6.7). */
function fullYear(twoDigits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
