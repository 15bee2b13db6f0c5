import { isMeasured, type ModeSubject } from "../alerts/mode-subject.ts";
import { httpClient, resilience } from "../metrics/catalogue.ts";
import { equal, type Matcher, selector } from "../metrics/selector.ts";
import { ofObjective, recorded } from "../rules/names.ts";
import type { Objective } from "../slo/objective.ts";
import { largestOf, rateOf, rateOrZero, shareOf } from "./expressions.ts";
import type { Panel, PanelQuery } from "./panel.ts";

/** What a service's dashboard begins with: all of its integrations beside each other, so that the one that fails stands out. */
export interface Overview {
  readonly service: string;
  readonly subjects: readonly ModeSubject[];
  readonly objectives: readonly Objective[];
}

/** The first row of a service's dashboard. */
export function overviewPanels({ service, subjects, objectives }: Overview): readonly Panel[] {
  const ours = subjects.filter(({ source }) => source === "resilience");
  const guarded = ours.filter((subject) => isMeasured("breaker", subject));
  return [
    alertsPanel(service),
    ...(objectives.length === 0 ? [] : [budgetPanel(objectives)]),
    ...(subjects.length === 0 ? [] : [failingPanel(subjects)]),
    ...(ours.length === 0 ? [] : [attemptsPanel(ours)]),
    ...(guarded.length === 0 ? [] : [breakersPanel(guarded)]),
  ];
}

function alertsPanel(service: string): Panel {
  const firing = selector("ALERTS", [equal("alertstate", "firing"), equal("service", service)]);
  return {
    title: "Alerts that fire",
    says: "Alerts of this service while they fire, by integration. The runbook of the integration says what to do about each.",
    shows: "states",
    unit: "none",
    queries: [
      {
        expr: `max by (integration, alertname, severity) (${firing})`,
        legend: "{{integration}}: {{alertname}} ({{severity}})",
      },
    ],
    words: { 1: "fires" },
    width: 24,
  };
}

function budgetPanel(objectives: readonly Objective[]): Panel {
  return {
    title: "Error budget left, by objective",
    says: "The part of the error budget of the period that is left. At 0 the objective is missed.",
    shows: "number",
    unit: "percentunit",
    queries: objectives.map((one) => ({ expr: ofObjective(recorded.budgetRemaining, one), legend: one.id })),
    steps: [
      { from: Number.NEGATIVE_INFINITY, colour: "red" },
      { from: 0, colour: "orange" },
      { from: 0.25, colour: "green" },
    ],
    width: 24,
  };
}

const succeeded: Matcher = { label: resilience.label.outcome, is: "!~", value: "success|ABORTED|DISPOSED" };
const failed: Matcher = { label: httpClient.label.errorType, is: "!=", value: "" };

function failingPanel(subjects: readonly ModeSubject[]): Panel {
  return {
    title: "Share of calls that fail, by integration",
    says: "The part of the calls that did not succeed. An answer of a fallback counts as failed: the provider did not do what it was called for.",
    shows: "lines",
    unit: "percentunit",
    queries: subjects.map((subject): PanelQuery => {
      const calls = subject.source === "resilience" ? resilience.calls : `${httpClient.duration}_count`;
      const bad = subject.source === "resilience" ? succeeded : failed;
      const part = rateOrZero(subject, calls, [bad], calls);
      return { expr: shareOf(part, rateOf(subject, calls)), legend: subject.integration };
    }),
    steps: [
      { from: 0, colour: "green" },
      { from: 0.01, colour: "orange" },
      { from: 0.05, colour: "red" },
    ],
    width: 12,
  };
}

function attemptsPanel(subjects: readonly ModeSubject[]): Panel {
  return {
    title: "Attempts per call, by integration",
    says: "How many attempts a call takes. 1: nothing is tried again; well above 1.1 retries load a provider that is in trouble.",
    shows: "lines",
    unit: "short",
    queries: subjects.map((subject) => ({
      expr: shareOf(rateOf(subject, resilience.attempts), rateOf(subject, resilience.calls)),
      legend: subject.integration,
    })),
    steps: [
      { from: 0, colour: "green" },
      { from: 1.1, colour: "orange" },
      { from: 2, colour: "red" },
    ],
    width: 12,
  };
}

function breakersPanel(subjects: readonly ModeSubject[]): Panel {
  const open: Matcher = { label: resilience.label.state, is: "=~", value: "open|half-open|forced-open" };
  return {
    title: "Breakers, by integration",
    says: "Whether circuit breakers let calls through. While one is not closed, calls are refused without being tried.",
    shows: "states",
    unit: "none",
    queries: subjects.map((subject) => ({
      expr: largestOf(subject, resilience.breakerState, [], [open]),
      legend: subject.integration,
    })),
    words: { 0: "closed", 1: "open" },
    steps: [
      { from: 0, colour: "green" },
      { from: 1, colour: "red" },
    ],
    width: 24,
  };
}
