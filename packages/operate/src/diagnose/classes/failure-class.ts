/** What may be behind an error of a class, and how to tell. */
export interface Explanation {
  /** `DEPENDENCY` stands for who was called. */
  readonly claim: string;
  readonly confirm: string;
  readonly refute: string;
}

/** A kind of failure that logs tell apart. */
export interface FailureClass {
  readonly id: string;
  /** What was met, as it ends “DEPENDENCY …”. */
  readonly title: string;
  /** `cause`: the world failed. `consequence`: a policy of the caller refused or gave up. `vague`: the log does not say what it was. */
  readonly kind: "cause" | "consequence" | "vague";
  /** Statuses of HTTP that are of this class. */
  readonly statuses: readonly (readonly [least: number, most: number])[];
  /** What codes and messages of this class look like. */
  readonly words: RegExp | null;
  /** Who fails where the line names nobody. */
  readonly dependency?: string;
  /** Whether what was asked may have happened all the same. */
  readonly ambiguous: boolean;
  /** The part of the guide that helps: `holdfast guide NAME`. */
  readonly guide: string;
  /** The likeliest first. */
  readonly explanations: readonly Explanation[];
}
