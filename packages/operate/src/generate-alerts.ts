import type { ContractProblem } from "@holdfast/contract";
import { formatDuration, formatRatio } from "@holdfast/core";
import { modes } from "./alerts/index.ts";
import { deliveryAbsentAlert } from "./alerts/metric-absent.ts";
import { modeRule } from "./alerts/mode-rule.ts";
import { type ModeSubject, mayHappen } from "./alerts/mode-subject.ts";
import { type GeneratedFile, marked } from "./generated-mark.ts";
import { delivery } from "./metrics/catalogue.ts";
import { sampleLabels, series } from "./metrics/selector.ts";
import { type ObjectiveReport, reportOf } from "./objective-report.ts";
import type { Note, ObjectivesRead } from "./objectives-read.ts";
import { absentProofs } from "./proofs/absent-proofs.ts";
import { burnProofs } from "./proofs/burn-proofs.ts";
import { modeProofs } from "./proofs/mode-proofs.ts";
import type { Proof } from "./proofs/proof.ts";
import { byStep, proofsYaml } from "./proofs/to-yaml.ts";
import { alertmanagerExample } from "./routing/alertmanager.ts";
import { evaluationMs, objectiveRules } from "./rules/objective-rules.ts";
import { promDuration } from "./rules/rule.ts";
import { rulesYaml } from "./rules/to-yaml.ts";
import { type Alertable, alertable } from "./slo/alertable.ts";
import type { BurnPair } from "./slo/burn-pairs.ts";
import type { Gate } from "./slo/gate.ts";
import type { Feed, Objective } from "./slo/objective.ts";
import { distinct, slug } from "./slug.ts";

/** Alerts as files, and what there is to say about them. */
export interface GeneratedAlerts {
  readonly files: readonly GeneratedFile[];
  readonly objectives: readonly ObjectiveReport[];
  /** Failure modes that are alerted on, by whose they are. */
  readonly modes: readonly { readonly alert: string; readonly integration: string }[];
  readonly notes: readonly Note[];
}

/** How a document's objectives become alerts. */
export interface GenerateOptions {
  readonly gate: Gate;
  readonly burnMin: number;
  /** Whether files for `promtool test rules` are written beside the rules. */
  readonly tests: boolean;
}

/** The alerts of a document, or everything for which it cannot have any. */
export function generateAlerts(
  read: ObjectivesRead,
  options: GenerateOptions,
): GeneratedAlerts | { readonly problems: readonly ContractProblem[] } {
  const judged = read.objectives.map((objective) => ({
    objective,
    can: alertable(objective.target, objective.periodMs, options.burnMin),
  }));
  const problems = [...read.problems, ...judged.flatMap(({ objective, can }) => problemOf(objective, can))];
  if (problems.length > 0) return { problems };
  const sound = judged.flatMap(({ objective, can }) => ("pairs" in can ? [{ objective, can }] : []));
  const names = distinct(read.subjects.map(({ integration }) => `${slug(integration)}-failures`));
  const subjects = read.subjects.map((subject, index) => subjectFiles(subject, names[index] ?? "", options));
  return {
    files: [
      ...sound.flatMap(({ objective, can }) => objectiveFiles(objective, can.pairs, options)),
      ...subjects.flatMap(({ files }) => files),
      { path: "alertmanager.example.yml", kind: "routing", text: marked(alertmanagerExample(), "alerts") },
    ],
    objectives: sound.map(({ objective, can }) => reportOf(objective, can.pairs)),
    modes: subjects.flatMap(({ alerts }) => alerts),
    notes: [...read.notes, ...sound.flatMap(({ objective, can }) => pairNotes(objective, can))],
  };
}

function problemOf(objective: Objective, can: Alertable): readonly ContractProblem[] {
  if (!("problem" in can)) return [];
  const { path, place, target, periodMs } = objective;
  const found =
    can.problem.code === "SLO_PERIOD" ? formatDuration(periodMs) : `a target of ${formatRatio(target)}`;
  return [{ ...can.problem, path, place, found }];
}

function pairNotes(
  { integration, place, target }: Objective,
  { pairs, dead, slow }: Extract<Alertable, { readonly pairs: unknown }>,
): readonly Note[] {
  const note = (says: string): Note => ({ place, about: integration, says });
  const names = (those: readonly BurnPair[]): string =>
    those.map(({ longMs }) => promDuration(longMs)).join(", ");
  const notes: Note[] = [];
  if (dead.length > 0)
    notes.push(
      note(
        `at ${formatRatio(target)} not even a total outage burns fast enough for the window ${names(dead)}; it has no alert`,
      ),
    );
  if (!pairs.some(({ urgency }) => urgency === "page"))
    notes.push(note(`at ${formatRatio(target)} nothing pages: only tickets are written`));
  if (slow.length > 0)
    notes.push(note(`the window ${names(slow)} has no alert: it would fire below the least burn rate`));
  const early = pairs.filter(({ factor }) => factor < 0.9);
  if (early.length > 0)
    notes.push(
      note(
        `the window ${names(early)} fires while the objective is still kept, since the period is short; --min-burn 1 leaves it out`,
      ),
    );
  return notes;
}

function objectiveFiles(
  objective: Objective,
  pairs: readonly BurnPair[],
  { gate, tests }: GenerateOptions,
): readonly GeneratedFile[] {
  const { groups, burns, absents } = objectiveRules(objective, pairs, gate);
  const name = slug(objective.id);
  const rules = rulesFile(name, groups);
  if (!tests) return [rules];
  const proofs = [
    ...burns.flatMap(({ pair, alert }) => burnProofs(objective, pair, alert, gate)),
    ...absents.flatMap((alert) => absentProofs(alert, objective.indicator.feed)),
  ];
  return [rules, ...testFiles(name, rules, proofs)];
}

function subjectFiles(
  subject: ModeSubject,
  name: string,
  { tests }: GenerateOptions,
): {
  readonly files: readonly GeneratedFile[];
  readonly alerts: readonly { readonly alert: string; readonly integration: string }[];
} {
  const shown = modes
    .filter(({ of }) => (of === "service") === (subject.source === "delivery"))
    .filter((mode) => mayHappen(mode, subject))
    .flatMap((mode) => {
      const rule = modeRule(mode, subject);
      return rule === null ? [] : [{ mode, rule }];
    });
  // Calls are told to be absent by their objective.
  const absents = subject.source === "delivery" ? [deliveryAbsentAlert(subject)] : [];
  const group = {
    name: `holdfast ${subject.service} ${name}`,
    intervalMs: evaluationMs,
    rules: [...shown.map(({ rule }) => rule), ...absents],
  };
  const rules = rulesFile(name, [group]);
  const proofs = [
    ...shown.flatMap(({ mode, rule }) => modeProofs(mode, subject, rule)),
    ...absents.flatMap((rule) => absentProofs(rule, deliveryFeed(subject))),
  ];
  return {
    files: tests ? [rules, ...testFiles(name, rules, proofs)] : [rules],
    alerts: group.rules.map(({ alert }) => ({ alert, integration: subject.integration })),
  };
}

function deliveryFeed({ matchers }: ModeSubject): Feed {
  return [{ series: series(delivery.outboxAge, sampleLabels(matchers)), counts: "all" }];
}

function rulesFile(name: string, groups: Parameters<typeof rulesYaml>[0]): GeneratedFile {
  return { path: `${name}.rules.yml`, kind: "rules", text: marked(rulesYaml(groups), "alerts") };
}

function testFiles(
  name: string,
  { path }: GeneratedFile,
  proofs: readonly Proof[],
): readonly GeneratedFile[] {
  return [...byStep(proofs)].map(([stepMs, those]) => ({
    path: `tests/${name}.every-${promDuration(stepMs)}.test.yml`,
    kind: "tests",
    text: marked(proofsYaml([`../${path}`], those), "alerts"),
  }));
}
