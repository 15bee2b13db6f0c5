import type { Contract } from "@holdfast/contract";
import type { RuleText } from "@holdfast/operate";
import type { OperationsTexts } from "../model.ts";
import { generatedOperations, settingsFor } from "./generated-operations.ts";
import type { ProvedOf } from "./model.ts";

/** The rules and dashboards that are put to the proof, and whose they are. */
export interface OperationsSources {
  readonly rules: readonly RuleText[];
  readonly rulesOf: ProvedOf;
  readonly dashboards: readonly RuleText[];
  readonly dashboardsOf: ProvedOf;
  /** Why none could be generated, where that was needed. */
  readonly problem: string | null;
}

/** What the run kept of the files that `operations` names; else what Holdfast would write. */
export function operationsSources(
  contract: Contract,
  kept: OperationsTexts | undefined,
  metrics: ReadonlySet<string>,
): OperationsSources {
  const { rules, dashboards } = kept ?? { rules: [], dashboards: [] };
  const made = generatedOperations(contract, settingsFor(contract, metrics));
  const none = { rules: [], dashboards: [] };
  const isDeclared = rules.length > 0;
  const ours = isDeclared || "problem" in made ? none : made;
  return {
    rules: [...rules, ...ours.rules],
    rulesOf: isDeclared ? "declared" : ownerOf(ours.rules),
    // Generated dashboards read what generated rules record, and would be empty beside others.
    dashboards: dashboards.length > 0 ? dashboards : ours.rules.length > 0 ? ours.dashboards : [],
    dashboardsOf: dashboards.length > 0 ? "declared" : ownerOf(ours.rules),
    problem: !isDeclared && "problem" in made ? made.problem : null,
  };
}

function ownerOf(generated: readonly RuleText[]): ProvedOf {
  return generated.length > 0 ? "generated" : "none";
}
