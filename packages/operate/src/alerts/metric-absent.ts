import { delivery } from "../metrics/catalogue.ts";
import { selector } from "../metrics/selector.ts";
import { objectiveLabels, whoseLabels } from "../rules/names.ts";
import type { AlertRule, Texts } from "../rules/rule.ts";
import type { Objective } from "../slo/objective.ts";
import type { ModeSubject } from "./mode-subject.ts";

/** What the alerts on metrics that are not there are called. */
export const absentNames = { objective: "ObjectiveNotMeasured", delivery: "DeliveryNotMeasured" } as const;

/** How long a metric may be away: a service that was started anew makes its series with its first call. */
export const absentForMs = 3_600_000;

/** The alerts on the absence of what an objective is measured by: an objective that nobody measures is always kept. */
export function absentAlerts(objective: Objective): readonly AlertRule[] {
  const { indicator, integration, id, runbook } = objective;
  return indicator.needs.map(({ what, expression }) =>
    absentAlert({
      alert: absentNames.objective,
      expression,
      labels: objectiveLabels(objective),
      summary: `${integration}: nothing is measured for the objective ${id}`,
      what,
      so: "no alert on this objective can fire",
      runbook,
    }),
  );
}

/** The alert on the absence of what failure modes of delivery are measured by. */
export function deliveryAbsentAlert(subject: ModeSubject): AlertRule {
  return absentAlert({
    alert: absentNames.delivery,
    expression: `sum(${selector(delivery.outboxAge, subject.matchers)})`,
    labels: whoseLabels(subject),
    summary: `${subject.integration}: nothing is measured`,
    what: "age of the outbox",
    so: "no alert on messages that do not leave or arrive can fire",
    runbook: subject.runbook,
  });
}

function absentAlert(of: {
  readonly alert: string;
  readonly expression: string;
  readonly labels: Texts;
  readonly summary: string;
  readonly what: string;
  readonly so: string;
  readonly runbook: string | null;
}): AlertRule {
  return {
    alert: of.alert,
    expr: `absent(${of.expression})`,
    forMs: absentForMs,
    labels: { ...of.labels, severity: "ticket" },
    annotations: {
      summary: of.summary,
      description: `Prometheus has had no ${of.what} for an hour, so ${of.so}. See whether the service is scraped, and whether its metrics and labels are called as in the rules.`,
      ...(of.runbook === null ? {} : { runbook_url: of.runbook }),
    },
  };
}
