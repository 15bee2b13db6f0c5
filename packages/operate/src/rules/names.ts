import { quote } from "../metrics/selector.ts";
import type { Objective, Whose } from "../slo/objective.ts";
import { promDuration, type Texts } from "./rule.ts";

/** Names of what is recorded about an objective. */
export const recorded = {
  total: (windowMs: number): string => `slo:sli_total:rate${promDuration(windowMs)}`,
  bad: (windowMs: number): string => `slo:sli_bad:rate${promDuration(windowMs)}`,
  ratio: (windowMs: number): string => `slo:sli_error:ratio_rate${promDuration(windowMs)}`,
  coverage: (windowMs: number): string => `slo:sli_coverage:ratio${promDuration(windowMs)}`,
  objective: "slo:objective:ratio",
  budget: "slo:error_budget:ratio",
  periodDays: "slo:time_period:days",
  currentBurn: "slo:current_burn_rate:ratio",
  periodBurn: "slo:period_burn_rate:ratio",
  budgetRemaining: "slo:period_error_budget_remaining:ratio",
} as const;

/** The labels that everything about an integration carries. */
export function whoseLabels({ service, integration, provider }: Whose): Texts {
  return { service, integration, provider };
}

/** The labels of what is recorded about an objective. */
export function objectiveLabels(objective: Objective): Texts {
  return { slo: objective.id, ...whoseLabels(objective) };
}

/** A recorded metric of one objective. Ids are unique in one service only. */
export function ofObjective(name: string, { id, service }: Objective): string {
  return `${name}{slo=${quote(id)}, service=${quote(service)}}`;
}
