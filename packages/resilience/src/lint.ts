import { CodedError } from "@holdfast/core";
import { type LintFacts, type LintFinding, lintSeverities } from "./lint-rule.ts";
import { lintRules } from "./lint-rules/index.ts";
import { type PolicyLike, subjectOf } from "./policy-subject.ts";

/** What a policy cannot know of itself; the more of it is given, the more rules can say something. */
export interface LintContext {
  /** Calls per second; of one key, where a part has a key. */
  readonly ratePerSecond?: number;
  /** Hosts that the calls go to. */
  readonly hosts?: number;
  /** What 99 % of the provider's healthy answers stay below. */
  readonly providerP99Ms?: number;
  /** Policies below this one: a call of this policy is made again by each of them. */
  readonly nested?: readonly PolicyLike[];
}

/**
 * What in a policy is likely not meant, the gravest first; what cannot be run at all is not a finding but throws `POLICY_INVALID`.
 * A fallback that calls the same target again would be one more, but a policy only names its fallback, so that cannot be seen here.
 */
export function lint(given: PolicyLike, context: LintContext = {}): readonly LintFinding[] {
  const subject = { ...subjectOf(given), facts: factsOf(context) };
  const findings = lintRules.flatMap(({ id, severity, find }) => {
    const note = find(subject);
    return note === null ? [] : [{ rule: id, severity, ...note }];
  });
  return findings.toSorted((a, b) => lintSeverities.indexOf(a.severity) - lintSeverities.indexOf(b.severity));
}

function factsOf({ ratePerSecond, hosts, providerP99Ms, nested = [] }: LintContext): LintFacts {
  return {
    ratePerSecond: positive("ratePerSecond", ratePerSecond),
    hosts: positive("hosts", hosts),
    providerP99Ms: positive("providerP99Ms", providerP99Ms),
    nested: nested.map((policy) => subjectOf(policy).settings),
  };
}

function positive(name: string, value: number | undefined): number | null {
  if (value === undefined) return null;
  if (value > 0 && Number.isFinite(value)) return value;
  throw new CodedError("CONTEXT_INVALID", `${name} is ${value}, which nothing can be judged by`, {
    remedy: "Give a number above 0, or leave it out.",
  });
}
