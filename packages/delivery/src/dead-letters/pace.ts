import { DeliveryError } from "../errors.ts";

/** Letters in a second, unless the caller says otherwise: slow enough to see what becomes of the first ones. */
export const defaultRate = 50;

const batchesPerSecond = 10;
const batchMost = 50;

/** How many letters go in one transaction: at most a tenth of a second's worth, so that a rate is a stream and not a gush. */
export function batchOf(rate: number): number {
  return Math.max(1, Math.min(batchMost, Math.floor(rate / batchesPerSecond)));
}

/**
 * When the next letters may go, after a transaction with `letters` of them began at `nowMs`. What was late is not made up for: a database that stood still is not
 * flooded afterwards.
 */
export function nextDueMs(dueMs: number, nowMs: number, letters: number, rate: number): number {
  return Math.max(dueMs, nowMs) + (letters / rate) * 1_000;
}

/** The rate that was asked for; throws CONFIGURATION for what is no rate. */
export function rateOf(rate: number | undefined): number {
  if (rate === undefined) return defaultRate;
  if (Number.isFinite(rate) && rate > 0) return rate;
  throw new DeliveryError("CONFIGURATION", `rate is ${rate}; it takes letters per second, above 0.`);
}
