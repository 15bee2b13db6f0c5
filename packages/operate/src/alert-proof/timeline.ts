import { series } from "../metrics/selector.ts";
import type { InputSeries } from "../proofs/proof.ts";
import type { Texts } from "../rules/rule.ts";
import type { Footprint, Phase, SeriesMark, SeriesReading } from "./model.ts";
import type { Pace } from "./pace.ts";
import { accepts } from "./promql.ts";

/** What a time is made of: what healthy calls leave behind, what those under the fault do, and how many there are. */
export interface Timeline {
  readonly healthy: Footprint;
  readonly fault: Footprint;
  readonly callsPerSecond: number;
  /** Labels that the scrape sets, such as `job` and `instance`. */
  readonly target: Texts;
  /** What is looked at: other series are left out. `null`: everything. */
  readonly reads: readonly SeriesReading[] | null;
}

/** Healthy for as long as the rules look back, then the fault, then healthy again until its traces are out of sight. */
export function phasesOf({ scrapeMs, historyMs, faultMs, recoveryMs }: Pace): readonly Phase[] {
  return [
    { steps: Math.round(historyMs / scrapeMs), under: "healthy" },
    { steps: Math.round(faultMs / scrapeMs), under: "fault" },
    { steps: Math.round(recoveryMs / scrapeMs), under: "healthy" },
  ];
}

/** As long without any fault. */
export function controlPhases(pace: Pace): readonly Phase[] {
  return [{ steps: phasesOf(pace).reduce((sum, { steps }) => sum + steps, 0), under: "healthy" }];
}

/** Every series of the service over these phases, as promtool reads them, and `up`. */
export function seriesOver(
  phases: readonly Phase[],
  { healthy, fault, callsPerSecond, target, reads }: Timeline,
  scrapeMs: number,
): readonly InputSeries[] {
  const keys = new Set([...healthy.series.keys(), ...fault.series.keys()]);
  const steps = phases.reduce((sum, phase) => sum + phase.steps, 0);
  const own = [...keys].flatMap((key): readonly InputSeries[] => {
    const marks = { healthy: healthy.series.get(key), fault: fault.series.get(key) };
    const one = marks.healthy ?? marks.fault;
    if (one === undefined) return [];
    // A label of the exposition that the scrape sets as well is renamed by Prometheus unless it is told not to.
    const labels = { ...renamed(one.labels, target), ...target };
    const isRead = ({ metric, matchers }: SeriesReading): boolean =>
      (metric === one.name || metric === "") && accepts(matchers, labels);
    if (reads !== null && !reads.some(isRead)) return [];
    const calls = (callsPerSecond * scrapeMs) / 1_000;
    const values = one.kind === "counter" ? counterOver(phases, marks, calls) : gaugeOver(phases, marks);
    return [{ series: series(one.name, labels), values }];
  });
  return [...own, { series: series("up", target), values: `1+0x${steps}` }];
}

function renamed(labels: Texts, target: Texts): Texts {
  return Object.fromEntries(
    Object.entries(labels).map(([label, value]) => [
      Object.hasOwn(target, label) ? `exported_${label}` : label,
      value,
    ]),
  );
}

type Marks = Readonly<Record<Phase["under"], SeriesMark | undefined>>;

/** Steps are whole parts of a power of two, so that sums are exact: one that fell by rounding would look like a restart. */
function exact(value: number): number {
  return Math.round(value * 1_024) / 1_024;
}

/** A counter that is there from the beginning, or from the first phase that makes it grow: before that nobody exports it. */
function counterOver(phases: readonly Phase[], marks: Marks, callsPerStep: number): string {
  const parts: string[] = [];
  let at = 0;
  let born = marks.healthy !== undefined;
  if (born) parts.push("0");
  else parts.push("_");
  for (const { steps, under } of phases) {
    if (steps <= 0) continue;
    const each = exact((marks[under]?.perCall ?? 0) * callsPerStep);
    born ||= marks[under] !== undefined;
    if (!born) {
      parts.push(`_x${steps}`);
      continue;
    }
    parts.push(`${at + each}+${each}x${steps - 1}`);
    at += each * steps;
  }
  return parts.join(" ");
}

/** A gauge is as it was seen; one that a phase does not have is gone from the next scrape on. */
function gaugeOver(phases: readonly Phase[], marks: Marks): string {
  return phases
    .map(({ steps, under }, index) => ({ level: marks[under]?.level, isFirst: index === 0, steps }))
    .map(({ steps, ...of }) => ({ ...of, count: of.isFirst ? steps + 1 : steps }))
    .filter(({ count }) => count > 0)
    .map(({ level, isFirst, count }) => {
      if (level !== undefined && Number.isFinite(level)) return `${plain(level)}+0x${count - 1}`;
      if (isFirst) return `_x${count}`;
      return count === 1 ? "stale" : `stale _x${count - 1}`;
    })
    .join(" ");
}

/** promtool reads numbers without an exponent. */
function plain(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(12).replace(/\.?0+$/, "") : text;
}
