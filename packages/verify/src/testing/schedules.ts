import type { Random } from "@holdfast/core";

/** Draws the wait before retry `index` (from 0) of a simulated client. */
export type Schedule = (index: number, random: Random) => number;

/** The names of `schedules`. */
export type ScheduleName =
  | "exponential"
  | "steady"
  | "steadyShort"
  | "linear"
  | "capped"
  | "shrinking"
  | "threePercent"
  | "steadyTwentyPercent"
  | "steadyFull"
  | "tenPercent"
  | "additive"
  | "upToTwenty"
  | "equal"
  | "full";

/** Clients whose schedules are known: some of the corpus, some that must be told from them. */
export const schedules: Readonly<Record<ScheduleName, Schedule>> = {
  exponential: (index: number) => 100 * 2 ** index,
  steady: () => 400,
  steadyShort: () => 100,
  linear: (index: number) => 200 * (index + 1),
  capped: (index: number, random: Random) => Math.min(1_500, 1_000 * 2 ** index) + random.between(0, 100),
  shrinking: (index: number) => 400 / 2 ** index,
  threePercent: (index: number, random: Random) => 500 * 2 ** index * random.between(0.97, 1.03),
  steadyTwentyPercent: (_: number, random: Random) => 400 * random.between(0.8, 1.2),
  steadyFull: (_: number, random: Random) => random.between(0, 400),
  tenPercent: (index: number, random: Random) => 1_000 * 2 ** index * random.between(0.9, 1.1),
  additive: (index: number, random: Random) => 1_000 * 2 ** index + random.between(0, 100),
  upToTwenty: (index: number, random: Random) => 100 * 2 ** index * random.between(1, 1.2),
  equal: (index: number, random: Random) => 100 * 2 ** index * random.between(0.5, 1),
  full: (index: number, random: Random) => 100 * 2 ** index * random.next(),
};

/** The noise of the reference note: 0.3 ms and Exp(1 ms), with a hiccup of Exp(20 ms) in one wait of twenty. */
export function noiseMs(random: Random): number {
  return 0.3 + exponential(1, random) + (random.next() < 0.05 ? exponential(20, random) : 0);
}

/** Waits of `calls` calls with `gaps` retries each, noise included. */
export function simulate(schedule: Schedule, calls: number, gaps: number, random: Random): number[][] {
  return Array.from({ length: calls }, () =>
    Array.from({ length: gaps }, (_, index) => schedule(index, random) + noiseMs(random)),
  );
}

/** The same waits by gap index. */
export function byIndex(rows: readonly (readonly number[])[]): number[][] {
  return (rows[0] ?? []).map((_, index) => rows.map((row) => row[index] ?? 0));
}

function exponential(mean: number, random: Random): number {
  return -mean * Math.log(1 - random.next());
}
