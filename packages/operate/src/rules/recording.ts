import { budgetOf } from "../slo/burn-arithmetic.ts";
import type { BurnPair } from "../slo/burn-pairs.ts";
import type { Objective } from "../slo/objective.ts";
import { objectiveLabels, ofObjective, recorded } from "./names.ts";
import { promDuration, type RecordingRule } from "./rule.ts";

/** The window of "now", which dashboards and the account of the period are made of. */
export const nowWindowMs = 300_000;

/** How finely the age of data is told: a long window is looked at in so many steps. */
const coverageSteps = 60;

/** What alerts read: the share of bad events in every window of the pairs, and of the long ones the events and how much of them has data. */
export function recordingRules(objective: Objective, pairs: readonly BurnPair[]): readonly RecordingRule[] {
  const longs = new Set(pairs.map(({ longMs }) => longMs));
  const counted = new Set([nowWindowMs, ...longs]);
  const all = [...new Set([...counted, ...pairs.map(({ shortMs }) => shortMs)])].toSorted((a, b) => a - b);
  return [
    ...all.flatMap((windowMs) =>
      counted.has(windowMs) ? countedRules(objective, windowMs) : [shareRule(objective, windowMs)],
    ),
    ...[...longs].map((windowMs) => coverageRule(objective, windowMs)),
  ];
}

function countedRules(objective: Objective, windowMs: number): readonly RecordingRule[] {
  const labels = objectiveLabels(objective);
  const [total, bad] = [recorded.total(windowMs), recorded.bad(windowMs)];
  return [
    { record: total, expr: over(objective.indicator.total, windowMs), labels },
    { record: bad, expr: over(objective.indicator.bad, windowMs), labels },
    {
      record: recorded.ratio(windowMs),
      expr: share(ofObjective(bad, objective), ofObjective(total, objective)),
      labels,
    },
  ];
}

function shareRule(objective: Objective, windowMs: number): RecordingRule {
  const { bad, total } = objective.indicator;
  const expr = share(`(${over(bad, windowMs)})`, `(${over(total, windowMs)})`);
  return { record: recorded.ratio(windowMs), expr, labels: objectiveLabels(objective) };
}

function over(template: string, windowMs: number): string {
  return template.replaceAll("{{window}}", promDuration(windowMs));
}

/** No events have no share of bad ones: without the comparison it would be NaN, which spoils every sum that it enters. */
function share(bad: string, total: string): string {
  return `${bad} / (${total} > 0)`;
}

/**
 * The part of a window in which there were data. Over data of one hour, a window of six hours is a window of one hour: it sees six
 * times the share of bad events that it should. Multiplied by this, time without data counts as time without errors.
 */
function coverageRule(objective: Objective, windowMs: number): RecordingRule {
  const range = `[${promDuration(windowMs)}:${promDuration(windowMs / coverageSteps)}]`;
  return {
    record: recorded.coverage(windowMs),
    expr: `clamp_max(count_over_time((${objective.indicator.presence})${range}) / ${coverageSteps}, 1)`,
    labels: objectiveLabels(objective),
  };
}

/** What dashboards read: the objective itself, and how much of its budget is left. */
export function accountRules(objective: Objective): readonly RecordingRule[] {
  const { target, periodMs } = objective;
  const budget = budgetOf(target);
  const sum = (name: string): string =>
    `sum_over_time(${ofObjective(name, objective)}[${promDuration(periodMs)}])`;
  // Sums of events and not a mean of shares: a quiet night weighs as little as it should.
  const spent = share(sum(recorded.bad(nowWindowMs)), sum(recorded.total(nowWindowMs)));
  const values: readonly (readonly [string, string])[] = [
    [recorded.objective, `vector(${target})`],
    [recorded.budget, `vector(${budget})`],
    [recorded.periodDays, `vector(${periodMs / 86_400_000})`],
    [recorded.currentBurn, `${ofObjective(recorded.ratio(nowWindowMs), objective)} / ${budget}`],
    [recorded.periodBurn, `${spent} / ${budget}`],
    [recorded.budgetRemaining, `1 - ${ofObjective(recorded.periodBurn, objective)}`],
  ];
  return values.map(([record, expr]) => ({ record, expr, labels: objectiveLabels(objective) }));
}
