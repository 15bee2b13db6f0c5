import type { Path, PolicySettings } from "@holdfast/core";
import type { PolicySubject } from "./policy-subject.ts";

/**
 * How much a finding weighs: `error`, the policy cannot do what it declares; `warning`, it does harm in a situation that comes
 * about; `advice`, there is something better.
 */
export const lintSeverities = ["error", "warning", "advice"] as const;
export type LintSeverity = (typeof lintSeverities)[number];

/** What a policy cannot know of itself. Rules that need what is left out have nothing to say. */
export interface LintFacts {
  /** Calls per second; of one key, where a part has a key. */
  readonly ratePerSecond: number | null;
  /** Hosts that the calls go to. */
  readonly hosts: number | null;
  /** What 99 % of the provider's healthy answers stay below. */
  readonly providerP99Ms: number | null;
  /** Policies below this one, in the order in which a call passes them. */
  readonly nested: readonly PolicySettings[];
}

/** What a rule is given. */
export interface LintSubject extends PolicySubject {
  readonly facts: LintFacts;
}

/** What a rule found: where in the policy document, with the numbers, and what to do. */
export interface LintNote {
  readonly path: Path;
  readonly message: string;
  readonly remedy: string;
}

/** A rule: data, and a function from a policy to what is wrong with it. */
export interface LintRule {
  readonly id: string;
  readonly severity: LintSeverity;
  /** What it finds and why that matters. */
  readonly doc: string;
  /** Where the rule comes from. */
  readonly source: string;
  find(subject: LintSubject): LintNote | null;
}

/** A finding of a rule. */
export interface LintFinding extends LintNote {
  readonly rule: string;
  readonly severity: LintSeverity;
}
