import { equal, selector } from "../../metrics/selector.ts";
import { ofObjective, recorded, whoseLabels } from "../../rules/names.ts";
import { nowWindowMs } from "../../rules/recording.ts";
import type { Panel, PanelRow } from "../panel.ts";

/** Is the promise kept, and how much of its budget is left? Read from what the generated rules record. */
export const objectivesRow: PanelRow = {
  id: "objectives",
  title: "Objectives",
  of: "integration",
  panels({ subject, objectives }) {
    if (objectives.length === 0) return [];
    const lines = (name: string) =>
      objectives.map((one) => ({ expr: ofObjective(name, one), legend: one.id }));
    const budget: Panel = {
      title: "Error budget left",
      says: "The part of the error budget of the period that is left. At 0 the objective is missed; below, it is overdrawn.",
      shows: "number",
      unit: "percentunit",
      queries: lines(recorded.budgetRemaining),
      steps: [
        { from: Number.NEGATIVE_INFINITY, colour: "red" },
        { from: 0, colour: "orange" },
        { from: 0.25, colour: "green" },
      ],
      width: 8,
    };
    const burn: Panel = {
      title: "Burn rate",
      says: "How many times too fast the budget is used up now. At 1 it lasts for the period exactly; the fastest alert looks for about 14.",
      shows: "lines",
      unit: "short",
      queries: lines(recorded.currentBurn),
      steps: [
        { from: 0, colour: "green" },
        { from: 1, colour: "orange" },
        { from: 6, colour: "red" },
      ],
      width: 8,
    };
    const bad: Panel = {
      title: "Share of bad events",
      says: "The part of the events that an objective counts as bad, over the last five minutes.",
      shows: "lines",
      unit: "percentunit",
      queries: lines(recorded.ratio(nowWindowMs)),
      width: 8,
    };
    const { service, integration } = whoseLabels(subject);
    const firing = selector("ALERTS", [
      equal("alertstate", "firing"),
      equal("service", service ?? ""),
      equal("integration", integration ?? ""),
    ]);
    const alerts: Panel = {
      title: "Alerts that fire",
      says: "Alerts of this integration while they fire. Its runbook says what to do about each.",
      shows: "states",
      unit: "none",
      queries: [{ expr: `max by (alertname, severity) (${firing})`, legend: "{{alertname}} ({{severity}})" }],
      words: { 1: "fires" },
      width: 24,
    };
    return [budget, burn, bad, alerts];
  },
};
