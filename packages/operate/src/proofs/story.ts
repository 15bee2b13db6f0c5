import type { AlertRule } from "../rules/rule.ts";
import type { InputSeries, Proof } from "./proof.ts";

/** The pace of the tests of alerts that are not about budgets. */
export const minuteMs = 60_000;

/** A proof about one rule: at each step, in minutes, whether it fires. */
export function story(
  rule: AlertRule,
  says: string,
  series: readonly InputSeries[],
  expected: readonly (readonly [step: number, fires: boolean])[],
): Proof {
  const firing = [{ labels: rule.labels, annotations: rule.annotations }];
  return {
    name: `${rule.alert} (${rule.labels["slo"] ?? rule.labels["integration"] ?? ""}) ${says}`,
    stepMs: minuteMs,
    series,
    expect: expected
      .filter(([step]) => step >= 0)
      .map(([step, fires]) => ({ atMs: step * minuteMs, alert: rule.alert, fires: fires ? firing : [] })),
  };
}
