/** One measured value of a benchmark, and what it is held against. */
export interface BenchResult {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  /** The named peer or the bound it is compared with. */
  readonly against: string;
  /** `value` divided by the peer's value; `null` when there is no peer. */
  readonly ratio: number | null;
  /** What the ratio or the value has to be: `at least 1.0 ×`, `at most 5 ms`. */
  readonly target: string;
  readonly met: boolean;
}

/** What `bench/<name>.ts` exports as `bench`. `quick` stays under a minute. */
export type Bench = (options: { readonly quick: boolean }) => Promise<readonly BenchResult[]>;
