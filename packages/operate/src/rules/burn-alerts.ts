import { formatRatio } from "@holdfast/core";
import { budgetConsumed, budgetOf } from "../slo/burn-arithmetic.ts";
import type { BurnPair } from "../slo/burn-pairs.ts";
import type { Gate } from "../slo/gate.ts";
import type { Objective } from "../slo/objective.ts";
import { objectiveLabels, ofObjective, recorded } from "./names.ts";
import { type AlertRule, promDuration, type Texts } from "./rule.ts";

/** What the alert of a pair is called, on whatever objective; its labels tell which. */
export function burnAlertName({ longMs }: Pick<BurnPair, "longMs">): string {
  return `ErrorBudgetBurn${promDuration(longMs)}`;
}

/** The alert of one pair: the budget burns too fast over both windows, and enough has happened to believe it. */
export function burnAlert(objective: Objective, pair: BurnPair, gate: Gate): AlertRule {
  const { longMs, shortMs, factor, urgency } = pair;
  const of = (name: string): string => ofObjective(name, objective);
  const threshold = `${Number(factor.toFixed(9))} * ${budgetOf(objective.target)}`;
  const longSeconds = longMs / 1_000;
  return {
    alert: burnAlertName(pair),
    expr: [
      `(${of(recorded.ratio(longMs))} * ${of(recorded.coverage(longMs))} > ${threshold})`,
      `and (${of(recorded.ratio(shortMs))} > ${threshold})`,
      `and (${of(recorded.total(longMs))} * ${longSeconds} >= ${gate.eventsMin})`,
      `and (${of(recorded.bad(longMs))} * ${longSeconds} >= ${gate.badMin})`,
    ].join("\n"),
    labels: { ...objectiveLabels(objective), severity: urgency },
    annotations: annotationsOf(objective, pair),
  };
}

function annotationsOf(objective: Objective, pair: BurnPair): Texts {
  const { target, periodMs, says, runbook } = objective;
  const spent = formatRatio(budgetConsumed(pair, periodMs));
  const burn = Number(pair.factor.toFixed(3));
  const [long, short, period] = [pair.longMs, pair.shortMs, periodMs].map(promDuration);
  return {
    summary: `${objective.integration}: the error budget burns too fast (${says})`,
    description: `The objective: ${formatRatio(target)} of ${says}, over ${period}. Over the last ${long} and over the last ${short} the budget for the rest burns more than ${burn} times as fast as it may; ${spent} of it went in ${long}.`,
    ...(runbook === null ? {} : { runbook_url: runbook }),
  };
}
