import type { Random } from "@holdfast/core";
import { median, medianInterval, quantile, sum } from "./stats.ts";

/** How waits change from one retry to the next: 1 is constant, 2 doubles. */
export interface Growth {
  readonly verdict: "growing" | "flat" | "undecided";
  readonly ratio: number;
  readonly interval: readonly [number, number];
  /** `median` of the calls' own slopes, `bulk` of the earlier waits, `envelope` of the longest, or `first-steps` before a cap. */
  readonly estimator: "median" | "bulk" | "envelope" | "first-steps";
}

/** Waits grow when each is at least this many times the one before. */
export const growthMin = 1.25;

/** The waits of one index may be late, each fifth at most, before their mean says nothing of the consumer. */
const lateShare = 0.2;

/** What the longest waits show is believed when the bulk of the waits grows as well, by this much at least: one late wait is an envelope's edge. */
const bulkMin = 1.35;

/**
 * Three estimators, and growth when one shows it: the median over calls of the slope of log wait, bootstrapped; the slope of the
 * mean wait of each index without the latest fifth, bootstrapped; and the slope of the second-largest wait of each index, because every usual
 * jitter keeps its upper edge proportional to the undisturbed wait while the logarithm of full jitter is too wild to average. A
 * machine makes waits late and none early, so the edge counts only where the earlier waits grow with it. A fourth looks at the first
 * steps alone, for policies that reach their cap at once. `calls` holds the waits of each call in order; shorter calls are left out.
 * `noiseMs` is how late this machine now and then is: lateness hides growth, so waits are flat only beyond it.
 */
export function judgeGrowth(
  calls: readonly (readonly number[])[],
  random: Random,
  noiseMs: number = usualNoiseMs,
): Growth {
  const rows = comparable(calls);
  if (rows.length < 2 || (rows[0]?.length ?? 0) < 2) {
    return { verdict: "undecided", ratio: 1, interval: [0, Number.POSITIVE_INFINITY], estimator: "median" };
  }
  const { byMedian, byEnvelope } = estimates(rows, random, noiseMs);
  const bulk = bulkRatio(rows);
  const growing =
    [byMedian, ...(bulk > bulkMin ? [byEnvelope] : [])].find(isGrowing) ??
    (bulk > growthMin && rows.length >= bulkCalls ? [bulkGrowth(rows, random)].find(isGrowing) : undefined);
  if (growing) return { ...growing, verdict: "growing" };
  const early = firstSteps(rows, random);
  if (early) return { ...early, verdict: "growing" };
  const flat = byMedian.interval[1] < growthMin ? byMedian : byEnvelope;
  return { ...flat, verdict: flat.interval[1] < growthMin ? "flat" : "undecided" };
}

/** The growth of waits whose growth is decided, by whichever of the two estimators knows it better. */
export function narrowestGrowth(
  calls: readonly (readonly number[])[],
  random: Random,
  noiseMs: number = usualNoiseMs,
): Estimate {
  const width = ({ interval: [low, high] }: Estimate): number => high / low;
  const { byMedian, byEnvelope } = estimates(comparable(calls), random, noiseMs);
  return width(byMedian) <= width(byEnvelope) ? byMedian : byEnvelope;
}

/** The waits of the calls that have the usual number of them, cut to it. */
function comparable(calls: readonly (readonly number[])[]): number[][] {
  const gaps = commonLength(calls);
  return calls.filter((call) => call.length >= gaps).map((call) => call.slice(0, gaps).map(atLeastTenth));
}

type Estimate = Omit<Growth, "verdict">;

interface Estimates {
  readonly byMedian: Estimate;
  readonly byEnvelope: Estimate;
}

function estimates(rows: readonly (readonly number[])[], random: Random, noiseMs: number): Estimates {
  return {
    byMedian: medianGrowth(rows, random, 0.025),
    byEnvelope: envelopeGrowth(rows, Math.max(usualNoiseMs, noiseMs)),
  };
}

function isGrowing({ interval: [low] }: Estimate): boolean {
  return low > growthMin;
}

function commonLength(calls: readonly (readonly number[])[]): number {
  return Math.floor(median(calls.map((call) => call.length)) || 0);
}

function atLeastTenth(waitMs: number): number {
  return Math.max(0.1, waitMs);
}

function medianGrowth(rows: readonly (readonly number[])[], random: Random, tail: number): Estimate {
  const slopes = rows.map((row) => slope(row.map((wait) => Math.log(wait))));
  const [low, high] = medianInterval(slopes, random, { tail, rounds: tail < 0.01 ? 600 : 200 });
  return { ratio: Math.exp(median(slopes)), interval: [Math.exp(low), Math.exp(high)], estimator: "median" };
}

/** Resampling knows the spread of fewer calls too badly. */
const bulkCalls = 20;

/** Held to a stricter interval than the median's own, because the two are looked at side by side. */
const bulkTail = 0.0125;

function bulkGrowth(rows: readonly (readonly number[])[], random: Random): Estimate {
  const ratios = Array.from({ length: 200 }, () => bulkRatio(rows.map(() => random.pick(rows))));
  const interval = [quantile(ratios, bulkTail), quantile(ratios, 1 - bulkTail)] as const;
  return { ratio: bulkRatio(rows), interval, estimator: "bulk" };
}

function bulkRatio(rows: readonly (readonly number[])[]): number {
  const indices = rows[0]?.map((_, index) => index) ?? [];
  return Math.exp(slope(indices.map((index) => Math.log(meanOfEarlier(rows.map((row) => row[index] ?? 0))))));
}

function meanOfEarlier(waits: readonly number[]): number {
  const earlier = waits.toSorted((a, b) => a - b).slice(0, Math.ceil(waits.length * (1 - lateShare)));
  return sum(earlier) / earlier.length;
}

/** How late a quiet machine wakes up. */
const usualNoiseMs = 6;

/**
 * The standard error of an upper edge comes from the order statistic and from the machine's own lateness, which inflates the
 * shorter waits most: upwards the interval takes the lateness that was measured.
 */
function envelopeGrowth(rows: readonly (readonly number[])[], noiseMs: number): Estimate {
  const indices = rows[0]?.map((_, index) => index) ?? [];
  const edges = indices.map((index) => secondLargest(rows.map((row) => row[index] ?? 0)));
  const centre = (edges.length - 1) / 2;
  const spreadOfIndex = indices.reduce((total, index) => total + (index - centre) ** 2, 0);
  const errorWith = (lateMs: number): number => {
    const errors = edges.map((edge) => Math.hypot(Math.SQRT2 / rows.length, lateMs / edge));
    const squares = errors.reduce((total, one, index) => total + ((index - centre) * one) ** 2, 0);
    return Math.sqrt(squares) / spreadOfIndex;
  };
  const middle = slope(edges.map((edge) => Math.log(edge)));
  const low = Math.exp(middle - 2.5 * errorWith(usualNoiseMs));
  const interval = [low, Math.exp(middle + 2.5 * errorWith(noiseMs))] as const;
  return { ratio: Math.exp(middle), interval, estimator: "envelope" };
}

function secondLargest(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => b - a);
  return atLeastTenth(sorted[1] ?? sorted[0] ?? 0);
}

/** Growth over the first two or three waits only, held to a stricter interval because it is looked for twice. */
function firstSteps(rows: readonly (readonly number[])[], random: Random): Estimate | null {
  const gaps = rows[0]?.length ?? 0;
  for (let length = 2; length < gaps && length <= 3; length++) {
    const cut = rows.map((row) => row.slice(0, length));
    const early = medianGrowth(cut, random, 0.0025);
    const after = median(rows.map((row) => Math.min(...row.slice(length)) / (row[length - 1] ?? 1)));
    if (rows.length >= 5 && early.interval[0] > growthMin && after > 0.8) {
      return { ...early, estimator: "first-steps" };
    }
  }
  return null;
}

function slope(values: readonly number[]): number {
  const centre = (values.length - 1) / 2;
  const below = values.reduce((total, _, index) => total + (index - centre) ** 2, 0);
  return values.reduce((total, value, index) => total + (index - centre) * value, 0) / below;
}
