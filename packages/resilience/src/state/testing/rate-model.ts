import type { RateSettings } from "../rate.ts";

/** A call that was given places: when it asked and how many; or places given back: less than none, asked for since ever. */
export interface RateEntry {
  readonly askedMs: number;
  readonly cost: number;
}

/**
 * The wait of a call, from all calls before it: counted from the arrival of any one of them, no more may have started than the burst
 * and what has come free since.
 */
export function rateModel(
  history: readonly RateEntry[],
  { calls, perMs, burst }: RateSettings,
  nowMs: number,
  cost: number,
): number {
  const asked = [...history, { askedMs: nowMs, cost }];
  const starts = asked.map(({ askedMs }, at) => {
    const places = asked.slice(at).reduce((sum, entry) => sum + entry.cost, 0);
    return askedMs + ((places - burst) * perMs) / calls;
  });
  return Math.max(nowMs, ...starts) - nowMs;
}
