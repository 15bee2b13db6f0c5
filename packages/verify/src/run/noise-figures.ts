import type { NoiseRecord } from "../model.ts";

/** One control wait: how much longer it took than asked, and whether quiet samples were in flight. */
export interface ControlWait {
  readonly latenessMs: number;
  readonly quiet: boolean;
}

/** Fewer control waits say too little. */
export const controlWaitsMin = 30;

/** The noise of a run: from the quiet phases alone when they hold enough waits, else from all. */
export function noiseOf(waits: readonly ControlWait[]): NoiseRecord {
  const quiet = waits.filter((wait) => wait.quiet);
  const used = (quiet.length >= controlWaitsMin ? quiet : waits).map((wait) => wait.latenessMs);
  const sorted = used.toSorted((one, other) => one - other);
  const middle = quantile(sorted, 0.5);
  const deviations = sorted.map((lateness) => Math.abs(lateness - middle)).sort((one, other) => one - other);
  return {
    type: "noise",
    samples: sorted.length,
    sigmaMs: 1.4826 * quantile(deviations, 0.5),
    p50Ms: middle,
    p99Ms: quantile(sorted, 0.99),
    maxMs: sorted.at(-1) ?? 0,
  };
}

/** The value below which the share `p` of the sorted values lies, between neighbours by line. */
function quantile(sorted: readonly number[], p: number): number {
  if (sorted.length === 0) return 0;
  const place = (sorted.length - 1) * p;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
