import {
  type AlertView,
  afterText,
  alertsAbout,
  alertView,
  firstOf,
  isJudged,
  loudExperiments,
  namesIntegration,
} from "../alerts/alert-view.ts";
import { madeForOtherMetrics, ourDefect, refusedAsWritten } from "../alerts/holdfast-wrote.ts";
import { lateOnes } from "../alerts/late-alerts.ts";
import { ofTheTeam } from "../alerts/of-the-team.ts";
import { defineCheck } from "../define-check.ts";
import { many, say, severityOf } from "../judgement.ts";
import type { Check, Judgement, Target } from "../model.ts";

/** Will anybody be told? */
export const alertFires: Check<null> = defineCheck<null>({
  id: "alert-fires",
  item: "operations/dashboards-alerts",
  question: "Does the alert fire when the objective is at risk?",
  rule: "Under each way to fail that made calls fail in this run, drawn out to an hour beside the rule's own `for`, an alert of the rules as they are written fires, before the failure has spent the error budget of the whole period (10 minutes at least), that of availability by the calls that failed and that of each latency by those that took longer than it beyond what a healthy call takes; one that fires without any fault does not count. Rules that nobody named are advice at most.",
  source: "SRE Workbook, Alerting on SLOs (detection time); reference/verification N1; decision 28",
  required: true,
  about: alertsAbout,
  commitment: () => ["operations", "rules"],
  plan: (_, target) => loudExperiments(target),
  needs: () => [],
  judge: ofTheTeam("rules", (_, evidence, target) => {
    const view = alertView(evidence, target);
    if (isJudged(view)) return view;
    const refused = refusedRules(view, target);
    if (refused !== null) return refused;
    const { loud, record } = view;
    if (loud.length === 0) return nothingToTell(view, target);
    const unread = loud.filter((mode) => mode.unread !== null);
    const silent = loud.filter((mode) => mode.unread === null && mode.firing.length === 0);
    if (silent.length > 0) {
      const modes = silent.map(
        (mode) => `${mode.mode} (${mode.failed} of ${many(mode.calls, "call")} failed)`,
      );
      return say("fail", `no alert fires under ${modes.join(", ")}${besides(view, target)}`, [], {
        severity: severityOf(target, "broken") ?? "medium",
        diagnosis: whySilent(view),
        measured: [
          {
            name: "ways to fail with an alert",
            value: loud.length - silent.length,
            unit: `of ${loud.length}`,
          },
        ],
      });
    }
    const late = lateOnes(view, target);
    if (late.length > 0) {
      return say("fail", `${late.join("; ")}${besides(view, target)}`, [], {
        severity: severityOf(target, "broken") ?? "medium",
        diagnosis: "When somebody is told, the objective of the whole period is missed already.",
      });
    }
    const [first] = unread;
    if (first !== undefined)
      return say("inconclusive", `the metrics under ${first.mode} could not be read: ${first.unread}`, []);
    const told = loud.map(({ mode, firing }) => {
      const one = firstOf(firing);
      return `${mode} ${afterText(one?.firedAtMs ?? 0)} (${one?.alert})`;
    });
    const because = `an alert fires under ${loud.length === 1 ? "" : "each of "}${many(loud.length, "way")} to fail: ${told.join(", ")}`;
    if (record.rules !== "generated") return say("pass", because + besides(view, target), []);
    return say(
      "advice",
      `operations.rules names no rules; those that holdfast generates would do: ${because}`,
      [],
      {
        severity: "low",
        diagnosis: "What could be generated is not what Prometheus has loaded: nobody knows whether it has.",
      },
    );
  }),
});

/** A file with one rule that Prometheus refuses is not loaded at all. */
function refusedRules({ proof, record }: AlertView, target: Target): Judgement | null {
  const [first] = proof.problems;
  if (first === undefined) return null;
  if (record.rules === "generated")
    return ourDefect("rules", first.rule === null ? first.says : `rule ${first.rule}: ${first.says}`);
  const where = first.rule === null ? first.file : `${first.file}, rule ${first.rule}`;
  return say("fail", `${where}: ${first.says}`, [], {
    severity: severityOf(target, "broken") ?? "medium",
    diagnosis: `Prometheus refuses the whole file, so none of its alerts can fire.${first.asGenerated === true ? ` ${refusedAsWritten("rules")}` : ""}`,
  });
}

function nothingToTell({ record }: AlertView, { integration }: Target): Judgement {
  const own = record.modes.filter((mode) => mode.integration === integration.name);
  if (own.length === 0)
    return say("inconclusive", "no fault was made under which calls could have failed", []);
  return say(
    "not-applicable",
    `no call failed under ${many(own.length, "way")} to fail, so there is nothing to tell`,
    [],
  );
}

/** What the team's rules about this integration ask for and no series has, to end a sentence: nobody sees that by a rule that another one covers for. */
function besides({ proof, record }: AlertView, target: Target): string {
  if (record.rules === "generated") return "";
  const [first, ...others] = strangeIn(proof.alerts.filter((alert) => isAbout(alert, target)));
  if (first === undefined) return "";
  const more = others.length === 0 ? "" : `, and ${others.length} more like it`;
  return `; no series of this run has what ${first}${more}`;
}

function strangeIn(alerts: AlertView["proof"]["alerts"]): readonly string[] {
  return alerts.flatMap(({ name, unmatched = [] }) =>
    unmatched.map((condition) => `${name} asks for ${condition}`),
  );
}

function isAbout(
  { name, labels, annotations }: AlertView["proof"]["alerts"][number],
  target: Target,
): boolean {
  return namesIntegration({ alert: name, labels, annotations }, target);
}

/** The likeliest reason, from what the rules read. */
function whySilent({ proof }: AlertView): string {
  if (proof.alerts.length === 0) return "The rules hold no alert.";
  const blind = proof.alerts.filter(({ missing }) => missing.length > 0);
  if (blind.length === proof.alerts.length) {
    const again = blind.every(({ asGenerated }) => asGenerated) ? ` ${madeForOtherMetrics("rules")}` : "";
    return `Every alert reads a metric that the service does not export, such as ${blind[0]?.missing[0]}.${again}`;
  }
  const [strange] = strangeIn(proof.alerts);
  if (strange !== undefined) return `An alert asks for what no series has: ${strange}.`;
  return `Nothing is told while callers get errors. Taken for granted: ${proof.assumed.join("; ")}.`;
}
