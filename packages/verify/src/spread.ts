import type { NoiseRecord } from "./model.ts";
import { median } from "./stats.ts";

/** Whether waits differ between repetitions, and by how much. */
export interface Spread {
  readonly verdict: "spread" | "none" | "weak" | "undecided" | "too-noisy";
  /** Largest width over the gap indices, as a share of the median gap: ±10 % is 0.2. */
  readonly width: number;
  /** The index it was found at, from 0, and the median gap there. */
  readonly index: number;
  readonly medianMs: number;
  /** The largest width over the gap indices in milliseconds, noise taken off. */
  readonly widestMs: number;
  readonly samples: number;
  /** From this width on waits count as spread, up to that one as not, for this many samples. */
  readonly spreadFrom: number;
  readonly flatUpTo: number;
}

/** ±4 %: less is no protection, and the weakest real jitter known is 0–100 ms on 1 s. */
export const leastWidth = 0.08;
/** Below this width there is no jitter to speak of: what remains is the machine's own noise. */
const noneBelow = 0.03;
/** Later indices add chance, not knowledge. */
const indicesMax = 9;

const nothing = {
  width: 0,
  index: 0,
  medianMs: 0,
  widestMs: 0,
  samples: 0,
  spreadFrom: 0,
  flatUpTo: 0,
} as const;

/** A width as a share of the wait: as seen, and with what the machine's noise may have added taken off. */
export interface Width {
  readonly seen: number;
  readonly net: number;
}

/**
 * How wide the waits of one gap index are, as if they were uniform: the range from the earliest to the latest but a tenth,
 * held against twice the earlier half, because a busy machine makes waits late but never early. Noise is taken off in
 * quadrature.
 */
export function relativeWidth(gapsMs: readonly number[], noiseMs: number): Width {
  const sorted = gapsMs.toSorted((a, b) => a - b);
  const count = sorted.length;
  const late = Math.ceil(count * 0.1);
  const earliest = sorted[0];
  const latest = sorted[count - 1 - late];
  if (earliest === undefined || latest === undefined || count - 1 - late < 1) return { seen: 0, net: 0 };
  const middle = Math.max(0.001, median(sorted));
  const whole = ((latest - earliest) * (count + 1)) / (count - 1 - late);
  const earlier = (2 * (middle - earliest) * (count + 1)) / (count - 1);
  const seen = Math.min(whole, 1.3 * earlier);
  return { seen: seen / middle, net: Math.sqrt(Math.max(0, seen * seen - noiseMs * noiseMs)) / middle };
}

/** How wide noise alone makes waits: by its middle, and by the tail that shows when the machine is busy now and then. */
export function noiseWidthMs(noise: Pick<NoiseRecord, "sigmaMs" | "p99Ms">): number {
  return Math.max(3.5 * noise.sigmaMs, noise.p99Ms);
}

/**
 * Work before and after a wait, each as uncertain as the work around attempts; with half as much to spare where nobody declared what is
 * looked for. By simulation with 26 calls of three waits, of which four fifths come late by 80 ms in the mean, ±3 % pass for a declared
 * equal jitter in 5 to 8 % of runs instead of 45 to 94 %, and an equal jitter is left open in a third of them; where three fifths come late
 * by 60 ms, 3 % instead of 25 %, and one in sixteen.
 */
const processingTimes = { declared: 2, undeclared: 2.5 } as const;

/**
 * What a busy consumer may add to its waits: by how much the time from the start of a call to its first attempt varies. That
 * path runs in the same processes at the same time and holds no wait.
 */
export function processingNoiseMs(timesMs: readonly number[], centre: number): number {
  const times = centre === leastWidth ? processingTimes.undeclared : processingTimes.declared;
  return times * relativeWidth(timesMs, 0).seen * Math.max(0.001, median(timesMs));
}

/**
 * Decides from waits (by gap index, then by call) whether they are spread over clearly more than `centre` of a wait. The two
 * thresholds close in on it as samples grow. With more than three indices a third of them must show it, because the widest
 * of many is wide by chance. Power by simulation is in `spread.test.ts`.
 */
export function judgeSpread(
  gapsByIndex: readonly (readonly number[])[],
  noiseMs: number,
  centre: number = leastWidth,
): Spread {
  const widths = gapsByIndex.slice(0, indicesMax).map((gaps, index) => ({
    index,
    ...relativeWidth(gaps, noiseMs),
    medianMs: median(gaps),
    samples: gaps.length,
  }));
  const rank = Math.ceil(widths.length / 3) - 1;
  const best = widths.toSorted((a, b) => b.net - a.net || b.seen - a.seen)[rank];
  if (best === undefined) return { ...nothing, verdict: "undecided" };
  const scale = centre / leastWidth;
  const widestMs = Math.max(...widths.map((one) => one.net * one.medianMs));
  const spreadFrom = scale * (0.062 + 0.64 / best.samples);
  const flatUpTo = scale * (0.079 - 0.36 / best.samples);
  const still = widths.find((one) => contradicts(one, widths));
  if (still !== undefined)
    return { ...still, width: still.seen, widestMs, spreadFrom, flatUpTo, verdict: "none" };
  const narrow = widths.filter((one) => isUncapped(one, widths) && one.seen <= flatUpTo);
  if (centre >= wideCentre && narrow.length >= 2) {
    const told = narrow[narrow.length - 1] ?? best;
    return { ...told, width: told.seen, widestMs, spreadFrom, flatUpTo, verdict: "weak" };
  }
  const seen = widths.map((one) => one.seen).toSorted((a, b) => b - a)[rank] ?? 0;
  const clearMs = noiseMs * noiseTimes(centre, best.net, growsWithWait(widths));
  const verdict = verdictOf(best, seen, { spreadFrom, flatUpTo, clearMs });
  const width = verdict === "spread" ? best.net : seen;
  return { ...best, width, widestMs, spreadFrom, flatUpTo, verdict };
}

/** From this declared width on jitter is in every wait, and two narrow ones show that it is not; one may be chance. */
const wideCentre = 0.25;
/** A longer wait as narrow as this, and by as much narrower than a shorter one, has no jitter, whatever that one looks like. */
const flat = [
  { below: 0.025, narrower: 0.5 },
  { below: 0.06, narrower: 0.25 },
] as const;

/**
 * Whether a longer wait shows that the width of a shorter one is the machine's: noise is a matter of milliseconds, jitter of
 * shares or of equal milliseconds. Where all waits are one and the same, any of them shows it.
 */
function contradicts(one: WaitWidth, all: readonly WaitWidth[]): boolean {
  const isSteady = all.every(({ medianMs }) => Math.abs(medianMs - one.medianMs) <= 0.1 * one.medianMs);
  const held = all.filter(({ medianMs }) => isSteady || one.medianMs > 1.2 * medianMs);
  const widest = Math.max(0, ...held.map((other) => other.seen * other.medianMs));
  const widthMs = one.seen * one.medianMs;
  const isFlat = flat.some(({ below, narrower }) => one.seen <= below && widthMs <= narrower * widest);
  return isFlat && (isSteady || isUncapped(one, all));
}

/** A wait at a cap says nothing, because caps are often applied after the jitter: one that grew as the wait before it does. */
function isUncapped({ index }: WaitWidth, all: readonly WaitWidth[]): boolean {
  const waitMs = (at: number): number => all[at]?.medianMs ?? 0;
  const growthMs = (at: number): number => waitMs(at) - waitMs(at - 1);
  return growthMs(index) > 0.1 * waitMs(index) && growthMs(index) >= 0.75 * growthMs(index - 1);
}

type WaitWidth = Pick<Spread, "index" | "medianMs"> & Width;

/**
 * Whether longer waits are spread over more milliseconds than shorter ones, by half of what they are longer at least: so do all kinds of
 * jitter that are declared wide, and noise does not.
 */
function growsWithWait(all: readonly WaitWidth[]): boolean {
  const sorted = all
    .filter((one) => one.index === 0 || isUncapped(one, all))
    .toSorted((a, b) => a.medianMs - b.medianMs);
  const [shortest, longest] = [sorted[0], sorted.at(-1)];
  if (shortest === undefined || longest === undefined) return false;
  const longer = longest.medianMs / shortest.medianMs;
  const wider = (longest.seen * longest.medianMs) / Math.max(0.001, shortest.seen * shortest.medianMs);
  return longer >= 1.5 && wider >= longer / 2 && wider > 1;
}

/**
 * By how much a width must exceed the tail of the noise, which was measured where little happened: a declared wide jitter that grows with
 * the wait is looked for and may show itself just above it; any other must stand clear of it.
 */
function noiseTimes(centre: number, net: number, grows: boolean): number {
  if (centre >= wideCentre) return grows ? 1 : 3;
  return net >= wideCentre ? 2 : 3;
}

/** Noise only adds to a width: what is narrow as seen is narrow, what is wide must be wider than noise by itself. */
function verdictOf(
  best: { readonly net: number; readonly medianMs: number },
  seen: number,
  limits: {
    readonly spreadFrom: number;
    readonly flatUpTo: number;
    /** A width of less may be noise. */
    readonly clearMs: number;
  },
): Spread["verdict"] {
  if (seen <= limits.flatUpTo) return seen <= noneBelow ? "none" : "weak";
  const isNoise = best.net * best.medianMs < limits.clearMs;
  if (best.net >= limits.spreadFrom && !isNoise) return "spread";
  return isNoise ? "too-noisy" : "undecided";
}
