import type { Sample } from "../metrics/exposition.ts";
import { median } from "./median.ts";
import type { Footprint, SeriesMark } from "./model.ts";

/** A stretch of one instance's life between two scrapes. */
export interface Stretch {
  /** `null`: it begins with the instance, when every counter is zero. */
  readonly before: readonly Sample[] | null;
  readonly after: readonly Sample[];
  /** Calls of the kind that the footprint is about. */
  readonly calls: number;
  /** Healthy calls besides, whose part is taken out. */
  readonly healthy: number;
}

/** A series by its name and labels. */
export function seriesKey({ name, labels }: Pick<Sample, "name" | "labels">): string {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${name}${JSON.stringify(sorted)}`;
}

/**
 * What one call does to each series, over all stretches: counters by their growth for a call, gauges by what they came to (the median
 * over the stretches). `null` where no call was made.
 */
export function footprintOf(stretches: readonly Stretch[], healthy: Footprint | null): Footprint | null {
  const calls = stretches.reduce((sum, one) => sum + one.calls, 0);
  if (calls === 0) return null;
  const marks = new Map<string, { readonly sample: Sample; grown: number; readonly levels: number[] }>();
  for (const stretch of stretches) {
    const before = new Map((stretch.before ?? []).map((sample) => [seriesKey(sample), sample.value]));
    for (const sample of stretch.after) {
      const key = seriesKey(sample);
      const mark = marks.get(key) ?? { sample, grown: 0, levels: [] };
      const others = stretch.healthy * (healthy?.series.get(key)?.perCall ?? 0);
      mark.grown += Math.max(0, grownBy(before.get(key) ?? 0, sample.value) - others);
      mark.levels.push(sample.value);
      marks.set(key, mark);
    }
  }
  const series = [...marks].map(([key, { sample, grown, levels }]) => [
    key,
    markOf(sample, grown / calls, levels),
  ]);
  return { calls, series: new Map(series as [string, SeriesMark][]) };
}

/** A service that does several things, each as often as the others: counters grow by all, gauges are as the first has them. `null` of none. */
export function together(footprints: readonly Footprint[]): Footprint | null {
  const [first, ...others] = footprints;
  if (first === undefined) return null;
  const series = new Map(first.series);
  for (const other of others) {
    for (const [key, mark] of other.series) {
      const known = series.get(key);
      series.set(key, known === undefined ? mark : { ...known, perCall: known.perCall + mark.perCall });
    }
  }
  return { calls: footprints.reduce((sum, { calls }) => sum + calls, 0), series };
}

/** A service that does one thing and could do others: what it exports of those is there, and stands still. */
export function besideIdle(own: Footprint, others: readonly Footprint[]): Footprint {
  const idle = others.flatMap(({ series }) =>
    [...series].map(([key, mark]): [string, SeriesMark] => [key, { ...mark, perCall: 0 }]),
  );
  return { calls: own.calls, series: new Map([...idle, ...own.series]) };
}

/** A counter that is lower than before began anew. */
function grownBy(before: number, after: number): number {
  const grown = after >= before ? after - before : after;
  return Number.isFinite(grown) ? grown : 0;
}

function markOf(sample: Sample, perCall: number, levels: readonly number[]): SeriesMark {
  const { name, labels } = sample;
  if (isCounter(sample)) return { name, labels, kind: "counter", perCall, level: 0 };
  const level = median(levels.filter(Number.isFinite));
  return { name, labels, kind: "gauge", perCall: 0, level: level ?? Number.NaN };
}

/** Whether a series only grows: by its type, else by how its name ends. */
export function isCounter({ name, type, labels }: Sample): boolean {
  if (/_created$/.test(name)) return false;
  if (type === "counter" || type === "histogram") return true;
  if (type === "summary") return /_(sum|count)$/.test(name);
  if (type !== "unknown") return false;
  return /_(total|count|sum)$/.test(name) || (/_bucket$/.test(name) && "le" in labels);
}
