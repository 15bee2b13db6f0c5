/** How many messages the next claim asks for: more by steps while cycles are quick, half when one was slow. */
export interface BatchSize {
  readonly size: number;
}

/** The bounds of a batch. */
export interface BatchBounds {
  readonly least: number;
  readonly most: number;
}

/** A cycle, from the claim to the last verdict, that takes longer than this is slow, in milliseconds. */
export const slowCycleMs = 250;
const step = 50;

/** Begins in the middle of the lower part: the first cycles tell. */
export function firstBatch({ least, most }: BatchBounds): BatchSize {
  return { size: Math.min(most, Math.max(least, 200)) };
}

/** The size after a cycle. One that was not full says nothing about larger ones. */
export function afterCycle(
  { size }: BatchSize,
  cycle: { readonly full: boolean; readonly cycleMs: number },
  { least, most }: BatchBounds,
): BatchSize {
  if (cycle.cycleMs > slowCycleMs) return { size: Math.max(least, Math.floor(size / 2)) };
  return cycle.full ? { size: Math.min(most, size + step) } : { size };
}
