import { quantile } from "./stats.ts";

/** What the earlier of the waits say where the later ones are the machine's. */
export type EarlySpread = "spread" | "none" | "unclear";

/** How far times of the same run lie apart that hold no wait. */
export interface EarlyNoise {
  /** From the tenth of a hundred to the fiftieth. */
  readonly halfMs: number;
  /** From the first to the twenty-fifth. */
  readonly quarterMs: number;
}

/** Fewer calls have no early part to speak of. */
const callsMin = 20;
/** Between these a wait is early enough not to be late by the machine, and late enough not to be the one earliest by chance. */
const from = 0.1;
const to = 0.5;
/** By how much the early part of the waits must be wider than that of the noise. */
const noiseTimes = 6;
/** The first quarter of waits without jitter lies closer together than this, as a share of the wait; ±3 % are at twice that. */
const noneWithin = 0.0075;

/**
 * Judges the waits of one gap index after the other by their earlier half. A busy machine makes some waits late, never one early, and
 * half of them hardly at all: how far the tenth of a hundred waits lies from the fiftieth is the consumer's doing. `least` is the share of
 * a wait from which on a width counts as spread. Power by simulation is in `early-spread.test.ts`.
 */
export function earlySpread(
  gapsByIndex: readonly (readonly number[])[],
  noise: EarlyNoise,
  least: number,
): EarlySpread {
  const known = gapsByIndex.filter((gaps) => gaps.length >= callsMin);
  if (known.length === 0) return "unclear";
  const isSpread = known.map((gaps) => {
    const widthMs = earlyWidthMs(gaps);
    return widthMs >= noiseTimes * noise.halfMs && widthMs / (to - from) >= least * quantile(gaps, 0.5);
  });
  // Only the last waits may be alike in spite of a jitter: those at a cap that is applied after it.
  const upTo = isSpread.indexOf(false);
  if (upTo === -1 || upTo >= Math.ceil((2 * known.length) / 3)) return "spread";
  // Noise as wide as the narrowest spread that counts shows nothing.
  const none = known.filter((gaps) => {
    const waitMs = quantile(gaps, 0.5);
    const quarter = earlyNoise(gaps).quarterMs;
    return noise.quarterMs <= (least / 4) * waitMs && quarter <= noneWithin * waitMs + noise.quarterMs;
  });
  return !isSpread.includes(true) && none.length === known.length ? "none" : "unclear";
}

/** How far the earlier of some times lie apart. */
export function earlyNoise(timesMs: readonly number[]): EarlyNoise {
  if (timesMs.length === 0) return { halfMs: 0, quarterMs: 0 };
  return { halfMs: earlyWidthMs(timesMs), quarterMs: quantile(timesMs, 0.25) - Math.min(...timesMs) };
}

function earlyWidthMs(timesMs: readonly number[]): number {
  return quantile(timesMs, to) - quantile(timesMs, from);
}
