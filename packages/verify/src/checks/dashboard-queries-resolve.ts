import type { QueryFacts } from "@holdfast/operate";
import { alertView, isJudged, loudExperiments } from "../alerts/alert-view.ts";
import { boardsAbout } from "../alerts/board-view.ts";
import { madeForOtherMetrics, ourDefect, refusedAsWritten } from "../alerts/holdfast-wrote.ts";
import { ofTheTeam } from "../alerts/of-the-team.ts";
import { defineCheck } from "../define-check.ts";
import { many, say, severityOf } from "../judgement.ts";
import type { Check, Judgement, Target } from "../model.ts";

/** Are its panels more than frames? */
export const dashboardQueriesResolve: Check<null> = defineCheck<null>({
  id: "dashboard-queries-resolve",
  item: "operations/dashboards-alerts",
  question: "Do its queries find data?",
  rule: "Prometheus answers every query, and each metric and label that it names is in the service's scrapes or the rules. A query that cannot be read, or that had no data in this run, leaves it open.",
  source: "docs/dashboards.md, How it goes wrong: panels are empty; decision 28",
  required: false,
  about: boardsAbout,
  commitment: () => ["operations", "dashboards"],
  plan: (_, target) => loudExperiments(target),
  needs: () => [],
  judge: ofTheTeam("dashboards", (_, evidence, target) => {
    const view = alertView(evidence, target);
    if (isJudged(view)) return view;
    const { proof, record } = view;
    const isOurs = (path: string): boolean =>
      proof.dashboards.some((board) => board.path === path && board.asGenerated === true);
    const refusal = (path: string, place: string, says: string | null): Judgement =>
      record.dashboards === "generated"
        ? ourDefect("dashboards", `${place}: ${says}`)
        : wrong(`${place}: ${says}`, target, isOurs(path) ? refusedAsWritten("dashboards") : null);
    const broken = proof.dashboards.find(({ problem }) => problem !== null);
    if (broken !== undefined) return refusal(broken.path, broken.path, broken.problem);
    if (proof.queries.length === 0)
      return say(
        "not-applicable",
        "no dashboard has a query for Prometheus, as `dashboard-covers-slo` says",
        [],
      );
    const refused = proof.queries.find(({ problem }) => problem?.kind === "refused");
    if (refused !== undefined)
      return refusal(refused.dashboard, placeOf(refused), refused.problem?.says ?? null);
    const lost = proof.queries.filter(({ missing }) => missing.length > 0);
    if (lost[0] !== undefined) {
      const names = [...new Set(lost.flatMap(({ missing }) => missing))].slice(0, 3).join(", ");
      return wrong(
        `${lost.length} of ${many(proof.queries.length, "query", "queries")} ask for what nothing exports: ${names} (${placeOf(lost[0])})`,
        target,
        isOurs(lost[0].dashboard) ? madeForOtherMetrics("dashboards") : null,
      );
    }
    const unread = proof.queries.filter(({ problem }) => problem?.kind === "unread");
    if (unread[0] !== undefined)
      return say("inconclusive", `${placeOf(unread[0])}: ${unread[0].problem?.says}`, []);
    const empty = proof.queries.filter(isEmpty);
    const all = many(proof.queries.length, "query", "queries");
    if (empty[0] !== undefined)
      return say(
        "inconclusive",
        `${empty.length} of ${all} had no data in this run, such as ${placeOf(empty[0])}`,
        [],
      );
    const whose = record.dashboards === "generated" ? " of the dashboards that holdfast generates" : "";
    return say("pass", `${all}${whose} found data`, []);
  }),
});

function wrong(because: string, target: Target, remedy: string | null): Judgement {
  const empty = "The panel stays empty, and in an incident an empty panel looks like good news.";
  return say("fail", because, [], {
    severity: severityOf(target, "advice") ?? "low",
    diagnosis: remedy === null ? empty : `${empty} ${remedy}`,
  });
}

function isEmpty({ healthyValues, faults }: QueryFacts): boolean {
  return healthyValues === 0 && faults.every(({ values }) => values === 0);
}

function placeOf({ dashboard, panel }: QueryFacts): string {
  return panel === "" ? dashboard : `${panel} of ${dashboard}`;
}
