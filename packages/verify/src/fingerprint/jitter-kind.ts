import { relativeWidth } from "../spread.ts";
import { median, sum } from "../stats.ts";

/** Kinds of jitter as waits show them: the words of the contract, and one that it has no word for. */
export type JitterSeen =
  | "none"
  | "proportional"
  | "equal"
  | "full"
  | "decorrelated"
  | "polly-v2"
  | "additive";

/** What waits of one kind after another say about their jitter. */
export interface JitterReading {
  /** `null`: the sample does not tell. */
  readonly kind: JitterSeen | null;
  /** What the sample does not exclude. */
  readonly possible: readonly JitterSeen[];
  /** The width of a wait as a share of it, as if it were uniform: ±p is 2p, equal is ⅔, full is 2. */
  readonly width: number;
  readonly interval: readonly [number, number];
}

/** Widths as a share of the median wait. */
const widths = { proportional: 0.4, equal: 2 / 3, full: 2 } as const;
const wideProportional = 1;
/** Waits that spread over less than this share of themselves stand still. */
const still = 0.1;
/** Nobody spreads waits by more than two thirds either way and calls it proportional. */
const proportionalMax = 1.3;
/** By simulation 95 % of the mean widths of G indices of n waits lie within ±1.6/√(n·G) of the true one (jitter-kind.test.ts). */
const widthError = 1.6;
/** So many pairs of consecutive waits tell whether they depend on each other; decorrelated jitter correlates by 0.5, Polly's by −0.5 or less. */
const pairsMin = 20;
const independentUpTo = 0.18;

/**
 * The kind of jitter of waits that are known to be spread. `columns` holds the waits by gap index, those at a cap left out; `rows` by
 * call; waits grow by `growsBy` a step. Kinds whose width is a share of the wait are told by that share; an additive one by a width that stays while waits grow;
 * decorrelated and Polly's by how one wait depends on the one before, which takes twenty pairs. `lateMs` is what a busy consumer adds to
 * each wait: it makes widths look smaller beside the wait than they are.
 */
export function jitterKind(
  columns: readonly (readonly number[])[],
  rows: readonly (readonly number[])[],
  growsBy: number,
  { noiseMs, lateMs }: { readonly noiseMs: number; readonly lateMs: number },
): JitterReading {
  const each = columns.map((gaps) => relativeWidth(gaps, noiseMs).net);
  const punctual = columns.map((gaps, index) => (each[index] ?? 0) * latenessTaken(median(gaps), lateMs));
  const width = mean(each);
  const waits = sum(columns.map((gaps) => gaps.length));
  const share = Math.min(0.9, widthError / Math.sqrt(Math.max(1, waits)));
  const interval = [width * (1 - share), mean(punctual) * (1 + share)] as const;
  const told: Told = (kind, possible = kind === null ? [] : [kind]) => ({ kind, possible, width, interval });
  const added = additive(columns, each, growsBy);
  if (width < 1.2 && added === "yes") return told("additive");
  // Some waits stand still and others do not: the kind changes on the way, and there is no word for that.
  if (Math.min(...each) < still && Math.max(...each) > widths.proportional) return told(null, []);
  const chained = dependence(rows);
  if (width > widths.equal && chained.chain === "follows") return told("decorrelated");
  if (width > widths.equal && chained.chain === "opposes") return told("polly-v2");
  const found = byWidth(width, interval, punctual[0] ?? 0, chained, told);
  // A width that may stay while waits grow, and may grow with them, is not told by its share of the wait.
  return found.kind === "proportional" && added === "perhaps"
    ? told(null, ["proportional", "additive"])
    : found;
}

type Told = (kind: JitterSeen | null, possible?: readonly JitterSeen[]) => JitterReading;

/** The kinds whose width is a share of the wait, each at its own. */
function byWidth(
  width: number,
  [low, high]: readonly [number, number],
  first: number,
  chained: Dependence,
  told: Told,
): JitterReading {
  const has = (at: number) => low <= at && at <= high;
  // Wide proportional jitter (±50 %) is near enough to equal jitter to be taken for it.
  if (has(widths.equal) && has(wideProportional)) return told(null, ["equal", "proportional"]);
  const near = (["proportional", "equal", "full"] as const).filter((kind) => has(widths[kind]));
  const [only] = near;
  if (near.length > 1) return told(null, near);
  if (only === "full") return full(first, chained, told);
  if (only !== undefined) return told(only);
  const isProportional = chained.chain === "independent" && width < proportionalMax;
  if (isProportional || width < widths.equal) return told("proportional");
  return told(null, ["proportional", "full", "decorrelated", "polly-v2"]);
}

function mean(values: readonly number[]): number {
  return sum(values) / Math.max(1, values.length);
}

/** What a width beside a late wait is multiplied by to be one beside a punctual wait. */
function latenessTaken(waitMs: number, lateMs: number): number {
  return waitMs / Math.max(0.4 * waitMs, waitMs - lateMs);
}

/** Full jitter is as wide at the first wait as at the others, which Polly's and decorrelated jitter are not. */
function full(first: number, { chain, r }: Dependence, told: Told): JitterReading {
  const isAlike = first >= 1.4 && Math.abs(r) < 0.45;
  if (chain === "independent" || (chain === "unclear" && isAlike)) return told("full");
  return told(null, ["full", "decorrelated", "polly-v2"]);
}

/** Whether waits are spread over as many milliseconds each, although they grow; of one wait that cannot be told. */
function additive(
  columns: readonly (readonly number[])[],
  each: readonly number[],
  ratio: number,
): "yes" | "perhaps" | "no" {
  if (columns.length < 2) return "perhaps";
  if (ratio < 1.25) return "no";
  const widthsMs = columns.map((gaps, index) => Math.log(Math.max(0.1, (each[index] ?? 0) * median(gaps))));
  const centre = (widthsMs.length - 1) / 2;
  const across = sum(widthsMs.map((_, index) => (index - centre) ** 2));
  const slope = sum(widthsMs.map((value, index) => (index - centre) * value)) / across;
  const error = (1.3 / Math.sqrt(median(columns.map((gaps) => gaps.length)))) * Math.sqrt(1 / (2 * across));
  if (slope + 2.3 * error < Math.log(ratio)) return "yes";
  return slope - error < 0 ? "perhaps" : "no";
}

interface Dependence {
  readonly chain: "follows" | "opposes" | "independent" | "unclear";
  readonly r: number;
}

/** Whether a wait depends on the one before it, by the rank correlation of consecutive waits over calls. */
function dependence(rows: readonly (readonly number[])[]): Dependence {
  const steps = Math.min(...rows.map((row) => row.length)) - 1;
  if (!(steps >= 1)) return { chain: "unclear", r: 0 };
  const each = Array.from({ length: steps }, (_, index) =>
    rankCorrelation(
      rows.map((row) => row[index] ?? 0),
      rows.map((row) => row[index + 1] ?? 0),
    ),
  );
  const pairs = rows.length * steps;
  const r = sum(each) / steps;
  const error = 2.3 / Math.sqrt(pairs);
  if (pairs < pairsMin) return { chain: "unclear", r };
  if (Math.abs(r) > error) return { chain: r > 0 ? "follows" : "opposes", r };
  return { chain: Math.abs(r) <= independentUpTo ? "independent" : "unclear", r };
}

/** Spearman's rank correlation; 0 where one of the two does not vary. */
function rankCorrelation(one: readonly number[], other: readonly number[]): number {
  const [x, y] = [ranks(one), ranks(other)];
  const centre = (x.length - 1) / 2;
  const across = (of: readonly number[], by: readonly number[]): number =>
    sum(of.map((rank, index) => (rank - centre) * ((by[index] ?? 0) - centre)));
  const scale = Math.sqrt(across(x, x) * across(y, y));
  return scale === 0 ? 0 : across(x, y) / scale;
}

function ranks(values: readonly number[]): readonly number[] {
  const order = values.map((_, index) => index).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const at: number[] = [];
  for (const [rank, index] of order.entries()) at[index] = rank;
  return at;
}
