import type { ObservedCall } from "../model.ts";
import { largest, median, quantile, smallest } from "../stats.ts";
import type { JitterReading } from "./jitter-kind.ts";
import type { Level } from "./waits-shape.ts";

interface Estimated {
  readonly value: number;
  readonly interval: readonly [number, number];
}

/** What a busy consumer adds to a wait: the way from the start of a call to its first attempt holds none, and takes so much longer at times. */
export function latenessOf(calls: readonly ObservedCall[]): number {
  const first = calls.flatMap((call) =>
    call.attempts.slice(0, 1).map((one) => one.arrivedMs - call.startedMs),
  );
  return Math.max(0, quantile(first, 0.75) - smallest(first));
}

/** Full and equal jitter spread below the scheduled wait, so that is their upper edge; the others spread about it. */
export function hasEdge(jitter: JitterReading | null): boolean {
  return jitter?.kind === "full" || jitter?.kind === "equal";
}

/** Kinds of jitter to which a factor means nothing. */
export function isChained(jitter: JitterReading | null): boolean {
  return jitter?.kind === "decorrelated" || jitter?.kind === "polly-v2";
}

/** The upper edge of uniform waits by the second largest, because a busy machine makes one late now and then. */
export function upperEdge(gaps: readonly number[], jitter: JitterReading | null): number {
  const second = gaps.toSorted((a, b) => b - a)[1] ?? gaps[0] ?? 0;
  const spread = jitter?.kind === "equal" ? 0.5 : 1;
  return second / Math.max(0.3, 1 - (2 * spread) / (gaps.length + 1));
}

/** The standard error of the upper edge of `n` uniform waits, as a share of it. */
function edgeError(n: number): number {
  return Math.SQRT2 / n;
}

/** So many standard errors hold the edge in 95 % of samples, for its error is skewed: of the edges of all indices together, and of one alone. */
const edgeErrors = 2.2;
const oneEdgeErrors = 2.8;

/** Decorrelated waits begin at the base: the shortest of the first ones, less what chance leaves above it. */
function lowerEdge(gaps: readonly number[], lateMs: number): Estimated {
  const least = smallest(gaps);
  const value = Math.max(0, least - (largest(gaps) - least) / Math.max(1, gaps.length - 1));
  return { value, interval: [Math.max(0, 0.75 * value - lateMs), least] as const };
}

/** The wait that a schedule starts from, before jitter. */
export function baseOf(
  jitter: JitterReading | null,
  free: readonly (readonly number[])[],
  ratio: number,
  lateMs: number,
): Estimated {
  const first = free[0] ?? [];
  if (jitter?.kind === "decorrelated") return lowerEdge(first, lateMs);
  if (jitter !== null && jitter.kind === null && !jitter.possible.includes("none")) {
    const most = upperEdge(first, null) * (1 + oneEdgeErrors * edgeError(first.length));
    return { value: median(first), interval: [lowerEdge(first, lateMs).interval[0], most] };
  }
  const relative = jitter?.kind === "none" ? 0 : (jitter?.width ?? 0);
  if (!hasEdge(jitter)) {
    const value = median(first);
    const error = Math.max(0.02, (1.96 * relative) / (2 * Math.sqrt(first.length)));
    return { value, interval: [Math.max(0, value * (1 - error) - lateMs), value * (1 + error)] };
  }
  const starts = free.map((gaps, index) => Math.log(upperEdge(gaps, jitter) / ratio ** index));
  const centre = (free.length - 1) / 2;
  const value = Math.exp(starts.reduce((total, one) => total + one, 0) / starts.length);
  const across = free.reduce((total, _, index) => total + (index - centre) ** 2, 0);
  const one = edgeError(first.length) * (jitter?.kind === "equal" ? 0.5 : 1);
  const error = edgeErrors * one * Math.sqrt(1 / free.length + (across === 0 ? 0 : centre ** 2 / across));
  return { value, interval: [Math.max(0, value / (1 + error) - lateMs), value * (1 + error)] };
}

/** Where the waits of an index lie, with what chance and a machine that wakes up late add to it. */
export function levelOf(gaps: readonly number[], jitter: JitterReading | null, lateMs: number): Level {
  const waitMs = Math.max(0.1, hasEdge(jitter) ? upperEdge(gaps, jitter) : median(gaps));
  const late = Math.max(3, lateMs / 2) / waitMs;
  const width = jitter?.kind === "none" ? 0 : (jitter?.width ?? 0);
  const chance = hasEdge(jitter) ? edgeError(gaps.length) : width / (2 * Math.sqrt(gaps.length));
  return { waitMs, error: Math.hypot(0.02, late, chance) };
}
