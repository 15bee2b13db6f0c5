import { formatDuration, formatRatio } from "@holdfast/core";

/** A duration as people say it: three digits tell enough. */
export function time(ms: number): string {
  return formatDuration(digits(ms, 3));
}

/** A share in per cent. What is not quite everything, or not quite nothing, does not read like it. */
export function share(value: number): string {
  if (value > 0.999999 && value < 1) return "over 99.9999%";
  if (value > 0 && value < 0.000001) return "under 0.0001%";
  return formatRatio(value);
}

/** A number with as many digits as tell enough. */
export function amount(value: number): string {
  return String(digits(value, 3));
}

/** `1 attempt`, `3 attempts`. */
export function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `at once` or `up to 2s`. */
export function upTo(ms: number): string {
  return ms === 0 ? "at once" : `within ${time(ms)}`;
}

function digits(value: number, most: number): number {
  return Number(value.toPrecision(most));
}
