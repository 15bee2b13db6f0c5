/** One small change of a rule, after which verdicts must go wrong. */
export interface JudgeMutant {
  /** The check whose rule it is; `gates` for what every check passes through. */
  readonly check: string;
  /** A rule turned round, or one that asks for less than it should. */
  readonly kind: "negated" | "loosened";
  /** Below `packages/verify/src`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly was: string;
  readonly now: string;
  /** What is wrong with the rule then, in one sentence. */
  readonly says: string;
  /** Why no verdict of the zoo can show it; absent where one must. */
  readonly survives?: string;
}

/** A change of the file that the group is about. */
type Change = Omit<JudgeMutant, "check" | "file"> & { readonly file?: string };

/** The mutants of one check; their file is the check's own unless it says otherwise. */
export function mutantsOf(check: string, changes: readonly Change[]): readonly JudgeMutant[] {
  return changes.map((change) => ({ check, file: `checks/${check}.ts`, ...change }));
}

/** The source with the change made; a sentence about what is wrong where it cannot be. */
export function changed(
  source: string,
  { was, now }: Pick<JudgeMutant, "was" | "now">,
): { readonly source: string } | { readonly wrong: string } {
  const places = source.split(was).length - 1;
  if (places !== 1) return { wrong: `its text stands ${places} times in the file, not once` };
  return { source: source.replace(was, () => now) };
}
