import { seededRandom } from "@holdfast/core";
import { waitsByCall, withoutImmediate } from "../checks/backs-off.ts";
import { columnsOf } from "../checks/jitters.ts";
import { growthMin, judgeGrowth, narrowestGrowth } from "../growth.ts";
import { callsOf, many, percent } from "../judgement.ts";
import { millis } from "../limits.ts";
import type { Evidence, ObservedCall } from "../model.ts";
import { leastWidth, noiseWidthMs } from "../spread.ts";
import { largest, median } from "../stats.ts";
import { spreadOf } from "../wait-spread.ts";
import { type JitterReading, jitterKind } from "./jitter-kind.ts";
import type { Seen } from "./model.ts";
import { baseOf, hasEdge, isChained, latenessOf, levelOf, upperEdge } from "./wait-levels.ts";
import { capFrom, growthKind, type Level, stepsBetween } from "./waits-shape.ts";

const experiments = ["503-forever"];

/** Calls that made at least two attempts, below which there is no schedule to speak of. */
const callsMin = 3;

/** The waits between the attempts of an outage: how they start, grow, end and spread. */
export function backoffSeen(evidence: Evidence): readonly Seen[] {
  const calls = callsOf(evidence, "503-forever").filter((call) => call.attempts.length > 1);
  const rows = waitsByCall(calls);
  if (rows.length < callsMin) return [];
  const least = Math.max(10, 6 * evidence.noise.sigmaMs);
  const delayed = median(rows.flat()) >= least || median(rows.map((row) => row.at(-1) ?? 0)) >= least;
  const shared = { samples: rows.flat().length, experiments } as const;
  if (!delayed) {
    const note = `${many(rows.flat().length, "wait")} of ${millis(median(rows.flat()))} (median): at once`;
    return [
      { ...shared, field: "retry.backoff.growth", value: "immediate", note },
      { ...shared, field: "retry.backoff.base", value: 0, interval: [0, least], note },
    ];
  }
  const waits = withoutImmediate(rows, least).filter((row) => row.length > 0);
  return scheduleSeen(waits, calls, evidence);
}

function scheduleSeen(
  rows: readonly (readonly number[])[],
  calls: readonly ObservedCall[],
  evidence: Evidence,
): readonly Seen[] {
  const columns = byIndex(rows);
  const random = () => seededRandom(20_260_103);
  const lateMs = latenessOf(calls);
  const first = jitterOf(columns, rows, judgeGrowth(rows, random()).ratio, calls, evidence);
  const cap = capFrom(columns.map((gaps) => levelOf(gaps, first, lateMs)));
  const free = cap === null ? columns : columns.slice(0, cap);
  const cut = rows.map((row) => row.slice(0, free.length)).filter((row) => row.length === free.length);
  const judged = judgeGrowth(cut, random(), evidence.noise.p99Ms);
  const growth = judged.verdict === "flat" ? judged : narrowestOr(judged, cut, random, evidence);
  const jitter = jitterOf(free, cut, growth.ratio, calls, evidence);
  const base = baseOf(jitter, free, growth.ratio, lateMs);
  const levels = free.map((gaps) => levelOf(gaps, jitter, lateMs));
  const kind = growthKind(levels);
  const shared = { samples: rows.flat().length, experiments } as const;
  const shape =
    judged.verdict === "flat" ? "constant" : (kind ?? (judged.verdict === "growing" ? "growing" : null));
  return [
    { ...shared, field: "retry.backoff.growth", value: shape, note: `typical waits ${typical(columns)}` },
    { ...shared, field: "retry.backoff.base", ...base, note: baseNote(jitter, free.length) },
    isChained(jitter)
      ? {
          ...shared,
          field: "retry.backoff.factor",
          value: null,
          note: "each wait follows from the one before",
        }
      : factorSeen(shape, widened(growth, levels, jitter), shared, free.length),
    capSeen(cap, columns, jitter, shared),
    jitterTrait(jitter, shared),
  ];
}

function narrowestOr(
  judged: ReturnType<typeof judgeGrowth>,
  rows: readonly (readonly number[])[],
  random: () => ReturnType<typeof seededRandom>,
  { noise }: Evidence,
) {
  return rows.length < 2 || (rows[0]?.length ?? 0) < 2
    ? judged
    : narrowestGrowth(rows, random(), noise.p99Ms);
}

/** Each step may be another factor: a cap or linear growth would hold the later ones down. */
function widened<Growth extends { readonly interval: readonly [number, number] }>(
  growth: Growth,
  levels: readonly Level[],
  jitter: JitterReading | null,
): Growth {
  if (hasEdge(jitter) || levels.length < 3) return growth;
  const [least, most] = stepsBetween(levels);
  return { ...growth, interval: [Math.min(growth.interval[0], least), Math.max(growth.interval[1], most)] };
}

/** Waits by gap index, as far as half of the calls went. */
function byIndex(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const longest = largest(rows.map((row) => row.length));
  return Array.from({ length: longest }, (_, index) => rows.flatMap((row) => row[index] ?? [])).filter(
    (gaps) => gaps.length >= Math.max(callsMin, rows.length / 2),
  );
}

function jitterOf(
  free: readonly (readonly number[])[],
  rows: readonly (readonly number[])[],
  growsBy: number,
  calls: readonly ObservedCall[],
  evidence: Evidence,
): JitterReading | null {
  const columns = columnsOf(calls, evidence);
  if (columns.length === 0) return null;
  const { verdict, width } = spreadOf(columns, calls, evidence, leastWidth);
  const interval = [0, Math.max(width, leastWidth)] as const;
  if (verdict === "none") return { kind: "none", possible: ["none"], width, interval };
  // A spread this small protects nobody, and a busy consumer makes it as well.
  if (verdict === "weak")
    return { kind: null, possible: ["none", "additive", "proportional"], width, interval };
  if (verdict !== "spread") return { kind: null, possible: [], width, interval: [0, 2] };
  const wide = free.filter((gaps) => gaps.length >= 6);
  return jitterKind(wide.length > 0 ? wide : columns, rows, growsBy, {
    noiseMs: noiseWidthMs(evidence.noise),
    lateMs: latenessOf(calls),
  });
}

type Shared = Pick<Seen, "samples" | "experiments">;

function factorSeen(
  shape: string | null,
  { ratio, interval }: { readonly ratio: number; readonly interval: readonly [number, number] },
  shared: Shared,
  steps: number,
): Seen {
  const field = "retry.backoff.factor";
  if (shape === "linear" || shape === "quadratic") {
    const note = `waits grow, and each by another factor: the growth is ${shape}`;
    return { ...shared, field, value: null, note };
  }
  if (shape === "constant")
    return { ...shared, field, value: 1, interval: [1, growthMin], note: "waits do not grow" };
  if (shape === null || steps < 2) {
    const note = steps < 2 ? "there is one wait only" : "whether waits grow was not decided";
    return { ...shared, field, value: null, note };
  }
  const two = steps === 2 ? "; of two waits, linear and exponential are the same" : "";
  return { ...shared, field, value: ratio, interval, note: `from one wait to the next${two}` };
}

function capSeen(
  cap: number | null,
  columns: readonly (readonly number[])[],
  jitter: JitterReading | null,
  shared: Shared,
): Seen {
  const field = "retry.backoff.cap";
  const edges = columns.map((gaps) => (hasEdge(jitter) ? upperEdge(gaps, jitter) : median(gaps)));
  if (cap === null) {
    const longest = largest(edges);
    return {
      ...shared,
      field,
      value: null,
      atLeast: longest,
      note: `none met, up to a wait of ${millis(longest)}`,
    };
  }
  const held = edges.slice(cap);
  const value = median(held);
  const spread = Math.max(
    0.03,
    hasEdge(jitter) ? (2 * Math.SQRT2) / (columns[cap]?.length ?? 1) : (jitter?.width ?? 0) / 4,
  );
  const interval = [value * (1 - spread), value * (1 + spread)] as const;
  return { ...shared, field, value, interval, note: `the last ${many(held.length, "wait")} stand still` };
}

function jitterTrait(jitter: JitterReading | null, shared: Shared): Seen {
  const field = "retry.backoff.jitter";
  if (jitter === null) return { ...shared, field, value: null, note: "too few calls to see a spread" };
  const { kind, possible, width } = jitter;
  const plain = { ...shared, field, value: kind, ...(kind === null ? { possible } : {}) } as const;
  if (kind === "none") return { ...plain, note: `waits spread over ${percent(width)} of a wait` };
  const half = kind === "proportional" ? ` (±${percent(width / 2)})` : "";
  const note = `waits spread over ${percent(width)} of a wait${half}`;
  if (kind !== null) return { ...plain, note };
  const may =
    possible.length === 0 ? "which this machine's noise could do as well" : `${possible.join(" or ")}`;
  return { ...plain, note: `${note}: ${may}` };
}

function baseNote(jitter: JitterReading | null, steps: number): string {
  if (hasEdge(jitter)) return `the longest that the first wait can be, from ${many(steps, "wait")} a call`;
  return "the first wait (median)";
}

function typical(columns: readonly (readonly number[])[]): string {
  return columns
    .slice(0, 6)
    .map((gaps) => millis(median(gaps)))
    .join(", ");
}
