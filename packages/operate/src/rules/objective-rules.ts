import { absentAlerts } from "../alerts/metric-absent.ts";
import type { BurnPair } from "../slo/burn-pairs.ts";
import type { Gate } from "../slo/gate.ts";
import type { Objective } from "../slo/objective.ts";
import { burnAlert } from "./burn-alerts.ts";
import { accountRules, recordingRules } from "./recording.ts";
import type { AlertRule, RuleGroup } from "./rule.ts";

/** How often the rules are evaluated. */
export const evaluationMs = 60_000;

/** Everything that is evaluated about an objective. */
export interface ObjectiveRules {
  readonly groups: readonly RuleGroup[];
  readonly burns: readonly { readonly pair: BurnPair; readonly alert: AlertRule }[];
  readonly absents: readonly AlertRule[];
}

/** The rules of an objective: what is recorded comes before what alerts on it, in one group, so that both are of one moment. */
export function objectiveRules(objective: Objective, pairs: readonly BurnPair[], gate: Gate): ObjectiveRules {
  const urgent = pairs.map((pair) => (objective.pages ? pair : { ...pair, urgency: "ticket" as const }));
  const burns = urgent.map((pair) => ({ pair, alert: burnAlert(objective, pair, gate) }));
  const absents = absentAlerts(objective);
  const name = `holdfast ${objective.service} ${objective.id}`;
  return {
    groups: [
      {
        name,
        intervalMs: evaluationMs,
        rules: [...recordingRules(objective, pairs), ...burns.map(({ alert }) => alert), ...absents],
      },
      { name: `${name} account`, intervalMs: 5 * evaluationMs, rules: accountRules(objective) },
    ],
    burns,
    absents,
  };
}
