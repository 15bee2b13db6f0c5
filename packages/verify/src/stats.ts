import type { Random } from "@holdfast/core";

/** The middle of the values; `NaN` of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The `q`-quantile by linear interpolation between order statistics; `NaN` of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) return Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** The largest of the values; `-Infinity` of none. */
export function largest(values: readonly number[]): number {
  return values.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY);
}

/** The smallest of the values; `Infinity` of none. */
export function smallest(values: readonly number[]): number {
  return values.reduce((best, value) => Math.min(best, value), Number.POSITIVE_INFINITY);
}

/** The sum of the values. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The 95 % upper bound of a rate of which none was seen in `n`: 1 − 0.05^(1/n); 1 when nothing was looked at. */
export function zeroBound(n: number): number {
  return n <= 0 ? 1 : 1 - 0.05 ** (1 / n);
}

/** Wilson's 95 % interval of a rate seen `hits` times in `n`; from 0 to 1 when nothing was looked at. */
export function wilson(hits: number, n: number): readonly [number, number] {
  if (n <= 0) return [0, 1];
  const z = 1.959964;
  const rate = hits / n;
  const centre = rate + (z * z) / (2 * n);
  const half = z * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return [
    hits === 0 ? 0 : Math.max(0, (centre - half) / scale),
    hits === n ? 1 : Math.min(1, (centre + half) / scale),
  ];
}

/** The interval of the median that resampling shows, between the quantiles `tail` and 1 − `tail`. */
export function medianInterval(
  values: readonly number[],
  random: Random,
  { rounds = 200, tail = 0.025 }: { readonly rounds?: number; readonly tail?: number } = {},
): readonly [number, number] {
  const medians: number[] = [];
  for (let round = 0; round < rounds; round++) {
    medians.push(median(values.map(() => random.pick(values))));
  }
  return [quantile(medians, tail), quantile(medians, 1 - tail)];
}
