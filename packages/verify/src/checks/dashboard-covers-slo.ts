import { alertView, isJudged, loudExperiments } from "../alerts/alert-view.ts";
import { boardsAbout, shownAbout } from "../alerts/board-view.ts";
import { ofTheTeam } from "../alerts/of-the-team.ts";
import { defineCheck } from "../define-check.ts";
import { many, say, severityOf } from "../judgement.ts";
import type { Check } from "../model.ts";

/** Can it be seen where it burns? */
export const dashboardCoversSlo: Check<null> = defineCheck<null>({
  id: "dashboard-covers-slo",
  item: "operations/dashboards-alerts",
  question: "Does a dashboard show the objective?",
  rule: "A panel reads what the integration's alerts or objective are made of, has data while calls are healthy or fail, and shows something else when they fail.",
  source: "docs/dashboards.md; Google SRE Book, Monitoring Distributed Systems (golden signals); decision 28",
  required: true,
  about: boardsAbout,
  commitment: () => ["operations", "dashboards"],
  plan: (_, target) => loudExperiments(target),
  needs: () => [],
  judge: ofTheTeam("dashboards", (_, evidence, target) => {
    const view = alertView(evidence, target);
    if (isJudged(view)) return view;
    const { record, loud } = view;
    if (record.dashboards === "none") {
      return say("advice", "operations.dashboards names no dashboard", [], {
        severity: severityOf(target, "advice") ?? "low",
        diagnosis: "Whoever is woken asks Prometheus by hand, query after query.",
      });
    }
    if (loud.length === 0)
      return say("inconclusive", "no call failed, so no panel can be seen to show it", []);
    const shown = shownAbout(view);
    if (shown.length > 0) {
      const [first] = shown;
      const because = `${many(shown.length, "panel")} show it, such as ${first?.panel} of ${first?.dashboard}`;
      if (record.dashboards === "declared") return say("pass", because, []);
      const said = `operations.dashboards names none; those that holdfast generates would do: ${because}`;
      return say("advice", said, [], {
        severity: "low",
        diagnosis: "What could be generated is not what Grafana shows: nobody knows whether it does.",
      });
    }
    const because = `none of ${many(view.proof.queries.length, "query", "queries")} shows a difference when calls to ${target.integration.name} fail`;
    return say("fail", because, [], {
      severity: severityOf(target, "broken") ?? "medium",
      diagnosis: "The dashboard looks the same in an outage, so it cannot be found there.",
    });
  }),
});
