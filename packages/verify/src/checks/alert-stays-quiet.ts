import { alertsAbout, alertView, isJudged, namesIntegration, whoseRules } from "../alerts/alert-view.ts";
import { ofTheTeam } from "../alerts/of-the-team.ts";
import { defineCheck } from "../define-check.ts";
import { healthyCalls } from "../experiments.ts";
import { many, say, severityOf } from "../judgement.ts";
import type { Check, Target } from "../model.ts";

/** Can it be trusted when it fires? */
export const alertStaysQuiet: Check<null> = defineCheck<null>({
  id: "alert-stays-quiet",
  item: "operations/dashboards-alerts",
  question: "Does it stay quiet otherwise?",
  rule: "Over metrics of healthy calls alone, from the first scrape on and for as long as the rules look back, no alert fires.",
  source:
    "reference/verification N2: a rule that only ever has to fire passes on a broken expression; decision 28",
  required: true,
  about: alertsAbout,
  commitment: () => ["operations", "rules"],
  plan: (_, target) => [healthyCalls(target)],
  needs: () => [],
  judge: ofTheTeam("rules", (_, evidence, target) => {
    const view = alertView(evidence, target);
    if (isJudged(view)) return view;
    const { proof, record } = view;
    if (proof.alerts.length === 0)
      return say("not-applicable", "the rules hold no alert, as `alert-fires` says", []);
    const loud = proof.control.filter((one) => namesIntegration(one, target) || !namesAnother(one, target));
    const [first] = loud;
    if (first === undefined)
      return say(
        "pass",
        `${whoseRules(record)}none of ${many(proof.alerts.length, "alert")} fires without a fault, for as long as it looks back`,
        [],
      );
    const names = [...new Set(loud.map(({ alert }) => alert))].join(", ");
    return say("fail", `${names} ${loud.length === 1 ? "fires" : "fire"} though nothing is wrong`, [], {
      severity: severityOf(target, "broken") ?? "medium",
      diagnosis: "An alert that fires without a reason is one that nobody looks at when there is one.",
    });
  }),
});

function namesAnother(one: Parameters<typeof namesIntegration>[0], target: Target): boolean {
  return target.contract.integrations.some(
    (integration) =>
      integration.name !== target.integration.name && namesIntegration(one, { ...target, integration }),
  );
}
