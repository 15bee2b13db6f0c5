import type { BurnPair } from "./burn-pairs.ts";

/** The share of events that may be bad; exact to twelve decimals, so that 99.9 % leaves 0.001. */
export function budgetOf(target: number): number {
  return Number((1 - target).toFixed(12));
}

/** The share of bad events above which a pair fires. */
export function thresholdOf(pair: BurnPair, target: number): number {
  return Number((pair.factor * budgetOf(target)).toFixed(12));
}

/** The share of the whole budget that is gone when a pair fires. */
export function budgetConsumed({ factor, longMs }: BurnPair, periodMs: number): number {
  return (factor * longMs) / periodMs;
}

/**
 * How long after errors begin a pair fires, when this share of events is bad from then on and none was before; `null`: never,
 * because not even a long window full of them exceeds the threshold.
 */
export function detectionMs(pair: BurnPair, target: number, badShare: number): number | null {
  const threshold = thresholdOf(pair, target);
  return badShare > threshold ? (threshold / badShare) * pair.longMs : null;
}

/**
 * How long after errors end a pair stops to fire, when this share was bad for `lastedMs`: until few enough of them are left in the
 * short window. It is 0 where the pair did not fire.
 */
export function resetMs(pair: BurnPair, target: number, badShare: number, lastedMs: number): number {
  const detected = detectionMs(pair, target, badShare);
  if (detected === null || lastedMs <= detected) return 0;
  const left = (thresholdOf(pair, target) / badShare) * pair.shortMs;
  // Errors that lasted less than the short window stay in it whole at first.
  return lastedMs <= left ? 0 : pair.shortMs - left;
}

/** How long the budget lasts when it is spent this many times faster than the period sustains. */
export function exhaustionMs(burn: number, periodMs: number): number {
  return periodMs / burn;
}
