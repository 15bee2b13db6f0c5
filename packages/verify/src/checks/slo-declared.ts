import { alertable } from "@holdfast/operate";
import { defineCheck } from "../define-check.ts";
import { percent, say, severityOf } from "../judgement.ts";
import type { Check } from "../model.ts";

/** What Holdfast takes for the period where none is declared. */
const periodMsDefault = 30 * 86_400_000;

/** Is there anything to alert on? */
export const sloDeclared: Check<null> = defineCheck<null>({
  id: "slo-declared",
  item: "operations/dashboards-alerts",
  question: "Is there an objective to alert on?",
  rule: "The integration has an slo with availability or latency, and its target leaves a budget that an alert can watch.",
  source: "SRE Workbook, Alerting on SLOs; docs/alerts.md, Not every target can be alerted on",
  required: true,
  about: () => null,
  commitment: ({ integration }) => ["integrations", integration.name, "slo"],
  plan: () => [],
  judge: (_, __, target) => {
    const { name, slo } = target.integration;
    if (slo === null) {
      return say("advice", `no objective is declared for ${name}`, [], {
        severity: severityOf(target, "advice") ?? "medium",
        diagnosis: "Nobody has said how much may fail, so no alert can tell an incident from a bad minute.",
      });
    }
    const targets = [
      ...(slo.availability === null ? [] : [slo.availability]),
      ...Object.keys(slo.latency ?? {}).map((percentile) => Number(`${percentile.slice(1)}e-2`)),
    ];
    if (targets.length === 0) return say("fail", `the slo of ${name} holds no objective`, []);
    for (const each of targets) {
      const can = alertable(each, slo.windowMs ?? periodMsDefault);
      if (!("problem" in can)) continue;
      return say("fail", `no alert can watch ${percent(each)}: expected ${can.problem.expected}`, [], {
        severity: severityOf(target, "broken") ?? "medium",
        diagnosis: can.problem.remedy,
      });
    }
    const parts = [
      ...(slo.availability === null ? [] : ["availability"]),
      ...(slo.latency === null ? [] : ["latency"]),
    ];
    return say("pass", `${name} has an objective for ${parts.join(" and ")}`, []);
  },
});
