import { mayAppear } from "@holdfast/operate";
import type { RunbookFacts } from "../alerts/model.ts";
import { defineCheck } from "../define-check.ts";
import { many, say, severityOf } from "../judgement.ts";
import type { Check, Evidence } from "../model.ts";

/** Would its steps work? */
export const commandsResolve: Check<string> = defineCheck<string>({
  id: "commands-resolve",
  item: "operations/runbooks",
  question: "Do its commands exist?",
  rule: "Each metric that its queries name is in the service's scrapes or the rules, each alert in the rules, each file in the contract's folder, and each program is one that operators have. Nothing of it is run.",
  source: "reference/verification RB4; holdfast guide commands-resolve; decision 28",
  required: false,
  about: ({ integration }) =>
    integration.runbook?.written ?? { notApplicable: "no runbook is declared, as `exists` says" },
  commitment: ({ integration }) => ["integrations", integration.name, "runbook"],
  plan: () => [],
  judge: (written, evidence, target) => {
    const { runbook, alertProof } = evidence;
    if (runbook?.text === null)
      return say("not-applicable", `${written} does not exist, as \`exists\` says`, []);
    const facts = alertProof?.runbooks.find((one) => one.integration === target.integration.name);
    if (facts === undefined)
      return say("inconclusive", `this run looked nothing up that ${written} names`, []);
    const lost = lostNames(facts, evidence);
    if (lost.wrong.length > 0) {
      return say("fail", `${facts.path} names ${lost.wrong.slice(0, 3).join(", ")}`, [], {
        severity: severityOf(target, "advice") ?? "low",
        diagnosis: "Whoever follows the page gets an error where an answer should be.",
        measured: [
          { name: "names that resolve", value: lost.looked - lost.wrong.length, unit: `of ${lost.looked}` },
        ],
      });
    }
    const [open] = lost.open;
    if (open !== undefined) return say("inconclusive", `${facts.path}: ${open}`, []);
    if (lost.looked === 0)
      return say("not-applicable", `${facts.path} names no command, metric, alert or file`, []);
    return say(
      "pass",
      `${facts.path}: ${many(lost.looked, "name")} of commands, metrics, alerts and files resolve`,
      [],
    );
  },
});

interface Lost {
  readonly looked: number;
  readonly wrong: readonly string[];
  /** What could not be looked up, and why. */
  readonly open: readonly string[];
}

function lostNames(facts: RunbookFacts, { alertProof }: Evidence): Lost {
  const { metrics = [], recorded = [], alerts = [] } = alertProof ?? {};
  const known = new Set([...metrics, ...recorded, "up", "ALERTS"]);
  // Without scrapes or rules nobody knows which metrics and alerts there are.
  const [canMetrics, canAlerts] = [metrics.length > 0, alerts.length > 0];
  const strange = facts.metrics.filter((name) => !known.has(name) && !mayAppear(name, metrics));
  const unheard = facts.alerts.filter((name) => !alerts.includes(name));
  return {
    looked: facts.metrics.length + facts.alerts.length + facts.files.length + facts.programs.length,
    wrong: [
      ...(canMetrics ? strange.map((name) => `the metric ${name}, which nothing exports`) : []),
      ...(canAlerts ? unheard.map((name) => `the alert ${name}, which no rule has`) : []),
      ...facts.files
        .filter(({ exists }) => !exists)
        .map(({ name }) => `the file ${name}, which does not exist`),
      ...facts.unread.map((query) => `a query that cannot be read (${query})`),
    ],
    open: [
      ...(!canMetrics && strange.length > 0
        ? [`no metrics were scraped, so ${strange[0]} cannot be looked up: declare service.metrics`]
        : []),
      ...(!canAlerts && unheard.length > 0
        ? [`there are no rules, so the alert ${unheard[0]} cannot be looked up: declare operations.rules`]
        : []),
      ...facts.programs
        .filter(({ found }) => found === "nowhere")
        .map(({ name }) => `the program ${name} is not known, and not on this machine`),
    ],
  };
}
