import type { LintFacts, LintNote, LintRule } from "../lint-rule.ts";
import { type PolicyLike, subjectOf } from "../policy-subject.ts";

const nothingKnown: LintFacts = { ratePerSecond: null, hosts: null, providerP99Ms: null, nested: [] };

/** What a rule finds in a policy, by what is known besides. */
export function noteOf(rule: LintRule, policy: PolicyLike, facts: Partial<LintFacts> = {}): LintNote | null {
  return rule.find({ ...subjectOf(policy), facts: { ...nothingKnown, ...facts } });
}
