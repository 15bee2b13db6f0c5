/** Chance as an argument: the same seed gives the same numbers on every machine. */
export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  next(): number;
  /** A number from `lo` to `hi`. */
  between(lo: number, hi: number): number;
  /** A whole number from `lo` to `hi`, both included. */
  integer(lo: number, hi: number): number;
  /** One of the values; there must be at least one. */
  pick<T>(values: readonly T[]): T;
  /** An independent stream that depends on the seed and the label only, not on what was drawn before. */
  fork(label: string): Random;
}
