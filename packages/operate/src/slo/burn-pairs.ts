/** What somebody does when an alert fires: get up now, or look at it in working hours. */
export type Urgency = "page" | "ticket";

/** A long and a short window over which errors are compared with the budget; both must burn too fast for an alert. */
export interface BurnPair {
  readonly urgency: Urgency;
  /** The window that says that it matters. */
  readonly longMs: number;
  /** The window that says that it still goes on: a twelfth of the long one. */
  readonly shortMs: number;
  /** How many times faster than the period sustains the budget is spent when the alert fires. */
  readonly factor: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The shortest and the longest period over which an objective is alerted on. */
export const periodMsMin: number = 7 * dayMs;
export const periodMsMax: number = 90 * dayMs;

/** Used where an objective names no period. */
export const periodMsDefault: number = 30 * dayMs;

/** The windows of the SRE workbook, and the percentage of the budget that is gone when each pair fires. */
const windows: readonly { readonly urgency: Urgency; readonly longMs: number; readonly percent: number }[] = [
  { urgency: "page", longMs: hourMs, percent: 2 },
  { urgency: "page", longMs: 6 * hourMs, percent: 5 },
  { urgency: "ticket", longMs: dayMs, percent: 10 },
  { urgency: "ticket", longMs: 3 * dayMs, percent: 10 },
];

/** The four pairs for a period: the windows stay, the factors follow from the share of the budget that each may cost. */
export function burnPairs(periodMs: number): readonly BurnPair[] {
  return windows.map(({ urgency, longMs, percent }) => ({
    urgency,
    longMs,
    shortMs: longMs / 12,
    // Multiplied before it is divided: 2 % of 30 d over 1 h is 14.4 and not its binary neighbour.
    factor: (percent * periodMs) / (100 * longMs),
  }));
}
