import { median, quantile } from "./stats.ts";

/**
 * Whether the first calls of different instances waited alike although waits differ from call to call: the mark of a
 * generator with one fixed seed. `positions` holds, for each call number on an instance and gap index, the waits of all
 * instances.
 */
export function sameSequence(positions: readonly (readonly number[])[], sigmaMs: number): boolean {
  const compared = positions.filter((waits) => waits.length >= 3);
  if (compared.length < 2) return false;
  return compared.every((waits) => {
    const middle = median(waits);
    // On a machine so busy that everything looks alike nothing is said: jitter of ±10 % differs by 5 % in the median.
    return medianDistance(waits) <= Math.max(Math.min(3 * sigmaMs, 0.03 * middle), 0.01 * middle);
  });
}

/** Whether instances wait in one sequence, each draw for themselves, or too few waits were seen to tell. */
export type Likeness = "shared" | "own" | "undecided";

/** The share of pairs that is looked at: a busy machine parts many pairs that belong together, but hardly four of five. */
const closestPairs = 0.2;
/**
 * By simulation with six instances, two calls each and three waits a call: where every instance draws for itself the ratio is up to
 * the first in 1 % of runs and below the second in 10 %; where they share a sequence, on a machine that delays a third of the waits by
 * up to 100 ms, it is up to the first in 84 % and above the second in 2 %. With thirteen instances nothing is open (likeness.test.ts).
 */
const sharedBelow = 0.3;
const ownFrom = { few: 0.6, many: 0.45, manyInstances: 10 } as const;

/**
 * The same mark where the machine is too busy for waits to be alike: of the waits of different instances, those at one place (call
 * number and gap index) lie far closer together than those of different call numbers. Only the closest pairs are held against each
 * other, because what parts a pair may be the machine, and what brings it together is not. `byIndex` holds, for each gap index, the
 * waits of all instances by call number.
 */
export function likeness(byIndex: readonly (readonly (readonly number[])[])[]): Likeness {
  const compared = byIndex
    .map((places) => places.filter((waits) => waits.length >= 3))
    .filter((places) => places.length >= 2);
  if (compared.length < 2) return "own";
  const within = total(compared.map((places) => quantile(places.flatMap(distancesWithin), closestPairs)));
  const between = total(compared.map((places) => quantile(distancesBetween(places), closestPairs)));
  const ratio = within / Math.max(between, Number.MIN_VALUE);
  if (ratio <= sharedBelow) return "shared";
  const instances = Math.max(...compared.flat().map((waits) => waits.length));
  return ratio >= (instances >= ownFrom.manyInstances ? ownFrom.many : ownFrom.few) ? "own" : "undecided";
}

function distancesWithin(waits: readonly number[]): number[] {
  return waits.flatMap((wait, index) => waits.slice(index + 1).map((other) => Math.abs(wait - other)));
}

function distancesBetween(places: readonly (readonly number[])[]): number[] {
  return places.flatMap((waits, index) =>
    waits.flatMap((wait) =>
      places
        .slice(index + 1)
        .flat()
        .map((other) => Math.abs(wait - other)),
    ),
  );
}

function medianDistance(waits: readonly number[]): number {
  const middle = median(waits);
  return median(waits.map((wait) => Math.abs(wait - middle)));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
