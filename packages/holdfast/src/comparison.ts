import type {
  Checklist,
  FingerprintDifference,
  Seen,
  Standing,
  TraitField,
  TraitValue,
} from "@holdfast/verify";

/** One part of a policy beside another: what a run showed, and what the contract says or a later run showed. */
export interface ComparedTrait {
  readonly field: TraitField;
  readonly before: Seen | null;
  readonly after: Seen | null;
  readonly declared: TraitValue | null;
  readonly standing: Standing;
}

/** What `holdfast diff --json` prints besides its version and the counts. */
export interface Comparison {
  /** The run, or the earlier of two. */
  readonly run: string;
  /** The later run, or `null` when the run was compared with its contract. */
  readonly against: string | null;
  readonly targets: readonly {
    readonly scenario: string;
    readonly integration: string;
    readonly operation: string;
    readonly traits: readonly ComparedTrait[];
  }[];
}

/** A run beside its contract. */
export function againstContract({ run, fingerprint = [] }: Checklist): Comparison {
  const targets = fingerprint.map(({ scenario, integration, operation, traits }) => ({
    scenario,
    integration,
    operation,
    traits: traits.map(({ declared, standing, ...seen }) => ({
      field: seen.field,
      before: seen,
      after: null,
      declared,
      standing,
    })),
  }));
  return { run, against: null, targets };
}

/** A run beside a later one. */
export function againstRun(
  run: string,
  against: string,
  differences: readonly FingerprintDifference[],
): Comparison {
  const targets = differences.map((one) => ({
    ...one,
    traits: one.traits.map((trait) => ({ ...trait, declared: null })),
  }));
  return { run, against, targets };
}

/** How many parts stand how. */
export function countOf({
  targets,
}: Comparison): Readonly<Record<"agrees" | "differs" | "notSeen" | "notDeclared", number>> {
  const standings = targets.flatMap(({ traits }) => traits.map(({ standing }) => standing));
  const count = (wanted: Standing): number => standings.filter((one) => one === wanted).length;
  return {
    agrees: count("agrees"),
    differs: count("differs"),
    notSeen: count("not-seen"),
    notDeclared: count("not-declared"),
  };
}
