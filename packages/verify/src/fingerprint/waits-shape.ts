import { largest, smallest } from "../stats.ts";

/** How waits change from one to the next. */
export type GrowthKind = "constant" | "linear" | "exponential" | "quadratic";

/** One wait of a schedule: where it lies, and how uncertain that is as a share of it. */
export interface Level {
  readonly waitMs: number;
  readonly error: number;
}

/** By how much worse the others must fit before one kind is said. */
const decidedBy = 6;
/** A fit that is this bad is none, whatever the others are. */
const hopeless = 12;

/**
 * Which kind of growth the waits follow; `null` where the sample does not tell. Two waits are linear and exponential alike, so
 * three are the least. Each kind is fitted by weighted least squares; one more parameter costs two.
 */
export function growthKind(levels: readonly Level[]): GrowthKind | null {
  if (levels.length < 3) return null;
  const fits = kinds
    .map(({ kind, parameters, bestFit }) => ({
      kind,
      misfit: misfitOf(levels, bestFit(levels)) + 2 * parameters,
    }))
    .toSorted((a, b) => a.misfit - b.misfit);
  const [best, ...others] = fits;
  // A line and a power can be level too, so they are no rivals of a constant.
  const next = best?.kind === "constant" ? others.find(({ kind }) => kind === "quadratic") : others[0];
  if (best === undefined || next === undefined || best.misfit > hopeless) return null;
  return next.misfit - best.misfit >= decidedBy ? best.kind : null;
}

interface Kind {
  readonly kind: GrowthKind;
  readonly parameters: number;
  /** The waits that the kind has at its best. */
  bestFit(levels: readonly Level[]): readonly number[];
}

const kinds: readonly Kind[] = [
  { kind: "constant", parameters: 1, bestFit: (levels) => scaled(levels, () => 1) },
  { kind: "quadratic", parameters: 1, bestFit: (levels) => scaled(levels, (index) => (index + 1) ** 2) },
  { kind: "linear", parameters: 2, bestFit: straight },
  { kind: "exponential", parameters: 2, bestFit: straightInLogs },
];

function misfitOf(levels: readonly Level[], fitted: readonly number[]): number {
  return levels.reduce((total, { waitMs, error }, index) => {
    const off = ((fitted[index] ?? 0) - waitMs) / (error * waitMs);
    return total + off * off;
  }, 0);
}

/** A shape that only its height is unknown of. */
function scaled(levels: readonly Level[], shape: (index: number) => number): readonly number[] {
  const weights = levels.map(({ error }) => 1 / (error * error));
  const ratios = levels.map(({ waitMs }, index) => Math.log(waitMs / shape(index)));
  const height = Math.exp(weighted(ratios, weights));
  return levels.map((_, index) => height * shape(index));
}

function straight(levels: readonly Level[]): readonly number[] {
  const weights = levels.map(({ waitMs, error }) => 1 / (error * waitMs) ** 2);
  return line(
    levels.map(({ waitMs }) => waitMs),
    weights,
  );
}

function straightInLogs(levels: readonly Level[]): readonly number[] {
  const weights = levels.map(({ error }) => 1 / error ** 2);
  const logs = levels.map(({ waitMs }) => Math.log(waitMs));
  return line(logs, weights).map(Math.exp);
}

/** The values of the straight line that lies closest. */
function line(values: readonly number[], weights: readonly number[]): readonly number[] {
  const indices = values.map((_, index) => index);
  const [x, y] = [weighted(indices, weights), weighted(values, weights)];
  const across = weighted(
    indices.map((index) => (index - x) ** 2),
    weights,
  );
  const along = weighted(
    values.map((value, index) => (index - x) * (value - y)),
    weights,
  );
  return indices.map((index) => y + (along / across) * (index - x));
}

function weighted(values: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return values.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0) / total;
}

/** What lies beyond this many standard errors is no chance. */
const sure = 1.96;

/**
 * The index of the first wait that a cap holds down: waits that grew stand still, two at least. One wait that grew less than the ones before it
 * is a cap only where those are known to be exponential: it may as well be linear growth.
 */
export function capFrom(levels: readonly Level[]): number | null {
  for (let index = 1; index + 1 < levels.length; index++) {
    const before = step(levels, index - 1);
    const held = levels.slice(index, -1).map((_, offset) => step(levels, index + offset));
    const grew = before.log > Math.max(Math.log(1.2), sure * before.error);
    const stands = held.every(
      ({ log, error }) => Math.abs(log) <= 0.03 + 1.5 * error && log + sure * error < 0.6 * before.log,
    );
    if (grew && stands) return index;
  }
  const last = levels.length - 1;
  if (growthKind(levels.slice(0, last)) !== "exponential") return null;
  const [usual, held] = [step(levels, last - 2), step(levels, last - 1)];
  return held.log + 3 * Math.hypot(held.error, usual.error) < usual.log ? last : null;
}

/** How much a wait grows to the next, as a logarithm, and how uncertain that is. */
function step(levels: readonly Level[], index: number): { readonly log: number; readonly error: number } {
  const [one, next] = [levels[index], levels[index + 1]];
  if (one === undefined || next === undefined) return { log: 0, error: 1 };
  return { log: Math.log(next.waitMs / one.waitMs), error: Math.hypot(one.error, next.error) };
}

/** The least and the most by which one wait grows to the next. */
export function stepsBetween(levels: readonly Level[]): readonly [number, number] {
  const ratios = levels.slice(0, -1).map((_, index) => Math.exp(step(levels, index).log));
  return [smallest(ratios), largest(ratios)];
}
