import {
  alertsAbout,
  alertView,
  isJudged,
  loudExperiments,
  namesIntegration,
  whoseRules,
} from "../alerts/alert-view.ts";
import { ofTheTeam } from "../alerts/of-the-team.ts";
import { defineCheck } from "../define-check.ts";
import { many, say, severityOf } from "../judgement.ts";
import type { Check } from "../model.ts";

/** Does it say whose fault it is? */
export const alertNamesProvider: Check<null> = defineCheck<null>({
  id: "alert-names-provider",
  item: "operations/dashboards-alerts",
  question: "Does it name the provider that failed?",
  rule: "Under each way to fail, an alert that fires names this integration or its provider in its name, a label or an annotation; links do not count.",
  source:
    "reference/verification N5: the alert names the dependency, not only that errors are high; decision 28",
  required: false,
  about: alertsAbout,
  commitment: () => ["operations", "rules"],
  plan: (_, target) => loudExperiments(target),
  needs: () => [],
  judge: ofTheTeam("rules", (_, evidence, target) => {
    const view = alertView(evidence, target);
    if (isJudged(view)) return view;
    const told = view.loud.filter(({ firing }) => firing.length > 0);
    if (told.length === 0) return say("not-applicable", "no alert fired, as `alert-fires` says", []);
    const { name } = target.integration;
    const nameless = told.filter(({ firing }) => !firing.some((one) => namesIntegration(one, target)));
    if (nameless.length === 0) {
      const because = `${whoseRules(view.record)}an alert names ${name} under ${told.length === 1 ? "" : "each of "}${many(told.length, "way")} to fail`;
      return say("pass", because, []);
    }
    const [first] = nameless;
    const alerts = [...new Set((first?.firing ?? []).map(({ alert }) => alert))].join(", ");
    return say(
      "fail",
      `under ${nameless.map(({ mode }) => mode).join(", ")} no alert names ${name}: ${alerts}`,
      [],
      {
        severity: severityOf(target, "advice") ?? "low",
        diagnosis: "Whoever is woken learns that errors are high, and has to find out where.",
      },
    );
  }),
});
