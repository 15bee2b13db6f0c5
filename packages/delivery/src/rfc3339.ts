const dayMs = 86_400_000;
const pattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** Milliseconds since 1970 UTC as RFC 3339, `2026-01-31T08:00:00.000Z`. Years from 0 to 9999; what lies outside is cut to them. */
export function formatTime(timeMs: number): string {
  const within = Math.min(Math.max(Math.trunc(timeMs), earliestMs), latestMs);
  const days = Math.floor(within / dayMs);
  const ofDay = within - days * dayMs;
  const date = days === lastDate.days ? lastDate.text : dateText(days);
  const hours = two(Math.floor(ofDay / 3_600_000));
  const minutes = two(Math.floor(ofDay / 60_000) % 60);
  const seconds = two(Math.floor(ofDay / 1_000) % 60);
  const fraction = ofDay % 1_000;
  return `${date}T${hours}:${minutes}:${seconds}.${fraction < 100 ? `0${two(fraction)}` : fraction}Z`;
}

/** Messages on their way are mostly of one day: its date is written once. */
let lastDate = { days: Number.NaN, text: "" };

function dateText(days: number): string {
  const { year, month, day } = dateOf(days);
  lastDate = { days, text: `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}` };
  return lastDate.text;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** What an RFC 3339 text says in milliseconds since 1970 UTC, cut to whole ones; null for what is none. A leap second is the next one. */
export function parseTime(text: string): number | null {
  const found = pattern.exec(text);
  if (found === null) return null;
  const [year, month, day, hours, minutes, seconds] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const offset = Number(found[9] ?? 0) * 60 + Number(found[10] ?? 0);
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return null;
  if (hours > 23 || minutes > 59 || seconds > 60 || offset > 24 * 60) return null;
  const fraction = Number((found[7] ?? "").padEnd(3, "0").slice(0, 3));
  const local = ((hours * 60 + minutes) * 60 + seconds) * 1_000 + fraction;
  return daysBefore(year, month, day) * dayMs + local - (found[8] === "-" ? -offset : offset) * 60_000;
}

// Days and dates after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, eras have 400 of them.

function daysBefore(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

function dateOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const earliestMs = daysBefore(0, 1, 1) * dayMs;
const latestMs = daysBefore(10_000, 1, 1) * dayMs - 1;
