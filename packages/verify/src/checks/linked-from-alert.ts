import type { Firing } from "@holdfast/operate";
import {
  type AlertView,
  alertsAbout,
  alertView,
  isJudged,
  loudExperiments,
  namesIntegration,
  whoseRules,
} from "../alerts/alert-view.ts";
import { anchorOf, anchorsIn, leadsTo, linkOf } from "../alerts/links.ts";
import { ofTheTeam } from "../alerts/of-the-team.ts";
import { defineCheck } from "../define-check.ts";
import { many, say, severityOf } from "../judgement.ts";
import type { Check, Evidence, Target } from "../model.ts";

/** Does whoever is woken find the page? */
export const linkedFromAlert: Check<null> = defineCheck<null>({
  id: "linked-from-alert",
  item: "operations/runbooks",
  question: "Does the alert lead to it?",
  rule: "Each alert that fired for this integration carries a runbook_url that leads to the declared runbook, or to another file of the contract's folder, and to a section that it has.",
  source:
    "Prometheus operator runbooks, one page for each alert; reference/verification N3 and RB1; decision 28",
  required: false,
  about: (target) =>
    target.integration.runbook === null
      ? { notApplicable: "no runbook is declared, as `exists` says" }
      : alertsAbout(target),
  commitment: ({ integration }) => ["integrations", integration.name, "runbook"],
  plan: (_, target) => loudExperiments(target),
  needs: () => [],
  judge: ofTheTeam("rules", (_, evidence, target) => {
    const view = alertView(evidence, target);
    if (isJudged(view)) return view;
    const fired = view.loud.flatMap(({ firing }) => firing);
    const named = fired.filter((one) => namesIntegration(one, target));
    const own = named.length > 0 ? named : fired;
    if (own.length === 0) return say("not-applicable", "no alert fired, as `alert-fires` says", []);
    const wrong = own.flatMap((one) => {
      const why = whyLost(one, view, evidence, target);
      return why === null ? [] : [`${one.alert} ${why}`];
    });
    const alerts = new Set(own.map(({ alert }) => alert)).size;
    if (wrong.length === 0) {
      const because = `${whoseRules(view.record)}${many(alerts, "alert")} that fired ${alerts === 1 ? "leads" : "lead"} to ${target.integration.runbook?.written}`;
      return say("pass", because, []);
    }
    return say("fail", [...new Set(wrong)].slice(0, 3).join("; "), [], {
      severity: severityOf(target, "advice") ?? "low",
      diagnosis: "Whoever is woken searches for the page first.",
    });
  }),
});

/** Why an alert does not lead to a runbook; `null` where it does. */
function whyLost(
  { annotations }: Firing,
  { record }: AlertView,
  { runbook }: Evidence,
  { integration }: Target,
): string | null {
  const link = linkOf(annotations);
  if (link === null) return "has no runbook_url";
  const anchor = anchorOf(link);
  const other = record.links.find((one) => one.link === link);
  if (leadsTo(link, integration.runbook?.written ?? "")) {
    const anchors = anchorsIn(runbook?.text ?? "");
    return anchor === null || anchors.includes(anchor)
      ? null
      : `leads to #${anchor}, which ${runbook?.path} does not have`;
  }
  if (other?.exists === true)
    return anchor === null || other.anchors.includes(anchor)
      ? null
      : `leads to ${link}, which has no such section`;
  return other?.exists === false
    ? `leads to ${link}, which does not exist`
    : `leads to ${link}, and the contract names ${integration.runbook?.written}`;
}
