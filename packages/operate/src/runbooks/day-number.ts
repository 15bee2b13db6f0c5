/** The days since 1970-01-01 of a date such as 2026-11-28; `null` for what is no day of the calendar. */
export function dayNumber(date: string): number | null {
  const [whole, year = "", month = "", day = ""] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? [];
  if (whole === undefined) return null;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (m < 1 || m > 12 || d < 1 || d > daysIn(y, m)) return null;
  // Years begin with March here, so that the day that comes and goes is the last one.
  const shifted = m > 2 ? y : y - 1;
  const monthOfYear = (m + 9) % 12;
  const days = Math.floor((153 * monthOfYear + 2) / 5) + d - 1;
  return (
    365 * shifted +
    Math.floor(shifted / 4) -
    Math.floor(shifted / 100) +
    Math.floor(shifted / 400) +
    days -
    719_468
  );
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
