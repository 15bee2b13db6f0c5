import type { Policy, PolicySettings } from "@holdfast/core";
import { compiledOf } from "./policy.ts";
import type { PolicyDocument } from "./policy-types.ts";

/** A policy as it is written in code, or as it was read, with durations in ms (`deadlineMs`). */
export type PolicyLike = PolicyDocument | Policy;

/** A policy that is looked at: what it declares, and what the runtime makes of it. */
export interface PolicySubject {
  readonly policy: Policy;
  readonly settings: PolicySettings;
}

/** Reads a policy in either form. Throws `POLICY_INVALID` where it cannot be run at all. */
export function subjectOf(given: PolicyLike): PolicySubject {
  return compiledOf(asWritten(given));
}

/** The two forms differ in nothing but the `Ms` at the end of a name. */
function asWritten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asWritten);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.replace(/Ms$/, ""), asWritten(inner)]),
  );
}
