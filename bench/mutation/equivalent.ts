/** A mutant that no test can kill, and why it behaves as the original does. */
export interface Equivalent {
  readonly file: string;
  /** The line, trimmed, as it stands in the file. */
  readonly line: string;
  readonly was: string;
  readonly now: string;
  /** Which of the same changes in lines of that text, from 1; the first if it is left out. */
  readonly nth?: number;
  readonly why: string;
}

const hint =
  "if (outcome === outcomeFailure && hintMs > 0) this.#knownOutage().hint(this.#latestMs + hintMs);";
const noHint =
  "A hint of 0 or less asks for a time that is over, and the longer of it and the own time counts.";
const spareLane = "A lane more, in which nobody counts.";
const anyUnit = "Any unit does that is above all counts; the test counts a few hundred.";
const onlySlower =
  "The breaker takes what it knows for not clean and judges as it would without that word: only the time is lost.";
const looksClean = "if (this.#clean && this.#overdue === 0) return;";
const becomesClean = "this.#clean = this.#window.failures === 0 && this.#window.slow === 0;";
const relative = "Orders are only compared with one another.";

/** Every survivor that is known. One that is not there any more, or that a test kills after all, is an error. */
export const equivalents: readonly Equivalent[] = [
  {
    file: "alarm.ts",
    line: "#needed = false;",
    was: "false",
    now: "true",
    why: "Nobody looks before `by` and `rest` have set it.",
  },
  {
    file: "alarm.ts",
    line: "if (this.#timer !== null && this.#look === null) this.#look = this.#timers.set(0, this.#onLook);",
    was: "0",
    now: "(0 - 1)",
    why: "A wait below 0 is one of 0.",
  },
  {
    file: "alarm.ts",
    line: "this.#timer = null;",
    was: "this.#timer = null;",
    now: ";",
    nth: 2,
    why: "A timer that fired or was cleared may be cleared again, and `rest` comes after a `by` that set another.",
  },
  {
    file: "breaker-settings.ts",
    line: "export const outcomeSuccess: Outcome = 0;",
    was: "0",
    now: "(0 - 1)",
    why: "Outcomes are only compared with one another.",
  },
  {
    file: "breaker-settings.ts",
    line: "export const outcomeNeutral: Outcome = 2;",
    was: "2",
    now: "(2 + 1)",
    why: "Outcomes are only compared with one another.",
  },
  {
    file: "breaker.ts",
    line: "#generation = 0;",
    was: "0",
    now: "(0 + 1)",
    why: "Generations are only compared with one another.",
  },
  {
    file: "breaker.ts",
    line: "settle(flight: Flight, nowMs: number, outcome: Outcome, hintMs = 0): void {",
    was: "0",
    now: "(0 - 1)",
    why: noHint,
  },
  { file: "breaker.ts", line: hint, was: ">", now: ">=", why: noHint },
  { file: "breaker.ts", line: hint, was: "0", now: "(0 - 1)", why: noHint },
  {
    file: "budget.ts",
    line: "this.#ring = new BucketRing(windowMs, bucketsDefault, 2);",
    was: "2",
    now: "(2 + 1)",
    why: spareLane,
  },
  {
    file: "flight.ts",
    line: "export const noGeneration = -1;",
    was: "1",
    now: "(1 + 1)",
    why: "Any number below all generations does.",
  },
  {
    file: "outage.ts",
    line: "openForMs = 0;",
    was: "0",
    now: "(0 + 1)",
    why: "It is set by whoever opens, before anybody reads it.",
  },
  {
    file: "outage.ts",
    line: "openForMs = 0;",
    was: "0",
    now: "(0 - 1)",
    why: "It is set by whoever opens, before anybody reads it.",
  },
  { file: "timer-queue.ts", line: "#added = 0;", was: "0", now: "(0 + 1)", why: relative },
  { file: "timer-queue.ts", line: "#added = 0;", was: "0", now: "(0 - 1)", why: relative },
  {
    file: "timer-queue.ts",
    line: "entry.wakeMs = nowMs + Math.max(0, waitMs || 0);",
    was: "0",
    now: "(0 - 1)",
    nth: 2,
    why: "What is no number becomes less than 0, and that becomes 0.",
  },
  {
    file: "timer-queue.ts",
    line: "return a.wakeMs < b.wakeMs || (a.wakeMs === b.wakeMs && a.wakeOrder < b.wakeOrder);",
    was: "<",
    now: "<=",
    nth: 2,
    why: "No two entries have the same order, and none is compared with itself.",
  },
  { file: "window.ts", line: "const slowUnit = 2 ** 26;", was: "2", now: "(2 + 1)", why: anyUnit },
  { file: "window.ts", line: "const slowUnit = 2 ** 26;", was: "26", now: "(26 + 1)", why: anyUnit },
  { file: "window.ts", line: "const slowUnit = 2 ** 26;", was: "26", now: "(26 - 1)", why: anyUnit },
  { file: "window.ts", line: "super(windowMs, buckets, 2);", was: "2", now: "(2 + 1)", why: spareLane },
  {
    file: "breaker.ts",
    line: "#clean = true;",
    was: "true",
    now: "false",
    why: onlySlower,
  },
  {
    file: "breaker.ts",
    line: looksClean,
    was: "0",
    now: "(0 - 1)",
    why: onlySlower,
  },
  {
    file: "breaker.ts",
    line: looksClean,
    was: "return;",
    now: ";",
    why: onlySlower,
  },
  {
    file: "breaker.ts",
    line: becomesClean,
    was: becomesClean,
    now: ";",
    why: onlySlower,
  },
  {
    file: "breaker.ts",
    line: becomesClean,
    was: "0",
    now: "(0 - 1)",
    why: onlySlower,
  },
  {
    file: "breaker.ts",
    line: becomesClean,
    was: "0",
    now: "(0 - 1)",
    nth: 2,
    why: onlySlower,
  },
  {
    file: "bucket-ring.ts",
    line: "const endMs = (Math.floor(nowMs / this.#bucketMs) + 1) * this.#bucketMs;",
    was: "1",
    now: "(1 - 1)",
    why: "Only the differences of ends move the ring; one that is over already costs a look each time.",
  },
  {
    file: "bucket-ring.ts",
    line: "const steps = Math.min(Math.round((endMs - this.#endMs) / this.#bucketMs), sums / this.#lanes);",
    was: "/",
    now: "*",
    nth: 2,
    why: "More steps than there are buckets empty what is empty.",
  },
  {
    file: "deadline-list.ts",
    line: "entry.deadlineBefore = null;",
    was: "entry.deadlineBefore = null;",
    now: ";",
    why: "`add` sets it anew; until then it only keeps another entry in memory.",
  },
];
