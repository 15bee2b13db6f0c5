import { median } from "./stats.ts";

/** Whether waits differ between repetitions, and by how much. */
export interface Spread {
  readonly verdict: "spread" | "none" | "weak" | "undecided" | "too-noisy";
  /** Largest width over the gap indices, as a share of the median gap: ±10 % is 0.2. */
  readonly width: number;
  /** The index it was found at, from 0, and the median gap there. */
  readonly index: number;
  readonly medianMs: number;
  readonly samples: number;
  /** From this width on waits count as spread, up to that one as not, for this many samples. */
  readonly spreadFrom: number;
  readonly flatUpTo: number;
}

/** ±4 %: less is no protection, and the weakest real jitter known is 0–100 ms on 1 s. */
export const leastWidth = 0.08;
/** Below this width there is no jitter to speak of: what remains is the machine's own noise. */
const noneBelow = 0.03;
/** A width is told from noise when it is this many times the noise's sigma. */
const sigmasMin = 8;

/**
 * How wide the waits of one gap index are, as if they were uniform: the range from the earliest to the latest but a tenth,
 * held against twice the earlier half, because a busy machine makes waits late but never early. Noise is taken off in
 * quadrature.
 */
export function relativeWidth(gapsMs: readonly number[], sigmaMs: number): number {
  const sorted = gapsMs.toSorted((a, b) => a - b);
  const count = sorted.length;
  const late = Math.ceil(count * 0.1);
  const earliest = sorted[0];
  const latest = sorted[count - 1 - late];
  if (earliest === undefined || latest === undefined || count - 1 - late < 1) return 0;
  const middle = median(sorted);
  const whole = ((latest - earliest) * (count + 1)) / (count - 1 - late);
  const earlier = (2 * (middle - earliest) * (count + 1)) / (count - 1);
  const noise = 3.5 * sigmaMs;
  const net = (width: number): number => Math.sqrt(Math.max(0, width * width - noise * noise));
  return Math.min(net(whole), 1.3 * net(earlier)) / Math.max(middle, 0.001);
}

/**
 * Decides from waits (by gap index, then by call) whether they are spread over clearly more than `centre` of a wait. The two
 * thresholds close in on it as samples grow. Power by simulation is in `spread.test.ts`.
 */
export function judgeSpread(
  gapsByIndex: readonly (readonly number[])[],
  sigmaMs: number,
  centre: number = leastWidth,
): Spread {
  const widths = gapsByIndex.map((gaps, index) => ({
    index,
    width: relativeWidth(gaps, sigmaMs),
    medianMs: median(gaps),
    samples: gaps.length,
  }));
  const first = { index: 0, width: 0, medianMs: median(gapsByIndex[0] ?? []), samples: 0 };
  const best = widths.reduce((a, b) => (b.width > a.width ? b : a), widths[0] ?? first);
  const scale = centre / leastWidth;
  const spreadFrom = scale * (0.072 + 0.56 / Math.max(1, best.samples));
  const flatUpTo = scale * (0.082 - 0.36 / Math.max(1, best.samples));
  return { ...best, spreadFrom, flatUpTo, verdict: verdictOf(best, spreadFrom, flatUpTo, sigmaMs) };
}

/** Noise can make a width, and the share of it that is taken off is uncertain by half: neither may decide. */
function verdictOf(
  best: Pick<Spread, "width" | "medianMs">,
  spreadFrom: number,
  flatUpTo: number,
  sigmaMs: number,
): Spread["verdict"] {
  const { width, medianMs } = best;
  if (width >= spreadFrom) return width * medianMs >= sigmasMin * sigmaMs ? "spread" : "too-noisy";
  if (width > flatUpTo) return "undecided";
  if (width + (1.75 * sigmaMs) / medianMs > spreadFrom) return "too-noisy";
  return width <= noneBelow ? "none" : "weak";
}

/**
 * Whether the first calls of different instances waited alike although waits differ from call to call: the mark of a
 * generator with one fixed seed. `positions` holds, for each call number on an instance and gap index, the waits of all
 * instances.
 */
export function sameSequence(positions: readonly (readonly number[])[], sigmaMs: number): boolean {
  const compared = positions.filter((waits) => waits.length >= 3);
  if (compared.length < 2) return false;
  return compared.every((waits) => {
    const middle = median(waits);
    const apart = median(waits.map((wait) => Math.abs(wait - middle)));
    return apart <= Math.max(3 * sigmaMs, 0.01 * middle);
  });
}
