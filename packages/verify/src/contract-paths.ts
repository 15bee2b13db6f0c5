import type { Target } from "./model.ts";

type PathOf = (target: Target) => readonly string[];

/** Where a part of the integration's policy stands in the contract, or should. */
export function policyPath(...part: readonly string[]): PathOf {
  return ({ integration }) => ["integrations", integration.name, "policy", ...part];
}

/** Where a part of the operation stands in the contract, or should. */
export function operationPath(...part: readonly string[]): PathOf {
  return ({ integration, operation }) => [
    "integrations",
    integration.name,
    "operations",
    operation.name,
    ...part,
  ];
}
