import {
  afterText,
  alertsAbout,
  alertView,
  isJudged,
  loudExperiments,
  whoseRules,
} from "../alerts/alert-view.ts";
import { ofTheTeam } from "../alerts/of-the-team.ts";
import { defineCheck } from "../define-check.ts";
import { many, say, severityOf } from "../judgement.ts";
import type { Check } from "../model.ts";

/** Does anybody learn that it is over? */
export const alertResolves: Check<null> = defineCheck<null>({
  id: "alert-resolves",
  item: "operations/dashboards-alerts",
  question: "Does it resolve?",
  rule: "Each alert that fired stops when calls are healthy again, once its windows hold no failure any more.",
  source: "SRE Workbook, Alerting on SLOs (reset time); reference/verification N1; decision 28",
  required: false,
  about: alertsAbout,
  commitment: () => ["operations", "rules"],
  plan: (_, target) => loudExperiments(target),
  needs: () => [],
  judge: ofTheTeam("rules", (_, evidence, target) => {
    const view = alertView(evidence, target);
    if (isJudged(view)) return view;
    const { proof, record } = view;
    const fired = view.loud.flatMap(({ firing }) => firing);
    if (fired.length === 0) return say("not-applicable", "no alert fired, as `alert-fires` says", []);
    const open = fired.filter(({ resolvedAtMs }) => resolvedAtMs === null);
    if (open.length === 0) {
      const last = Math.max(...fired.map(({ resolvedAtMs }) => resolvedAtMs ?? 0));
      const because = `${whoseRules(record)}${many(fired.length, "firing")} ended, the last ${afterText(last)} of healthy calls`;
      return say("pass", because, []);
    }
    // Until its longest window is empty an alert may be right to go on.
    const lasting = open.filter((one) => {
      const rule = proof.alerts.find(({ file, name }) => file === one.file && name === one.alert);
      return one.watchedMs >= (rule?.looksBackMs ?? Number.POSITIVE_INFINITY);
    });
    const [first] = lasting.length > 0 ? lasting : open;
    const because = `${first?.alert} still fires ${afterText(first?.watchedMs ?? 0)} of healthy calls`;
    if (lasting.length === 0) return say("inconclusive", `${because}; it looks back further than that`, []);
    return say("fail", because, [], {
      severity: severityOf(target, "broken") ?? "medium",
      diagnosis:
        "An alert that never ends hides the next incident, and whoever mended this one does not learn it.",
    });
  }),
});
