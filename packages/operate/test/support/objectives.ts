import { availabilityIndicator } from "../../src/metrics/indicators.ts";
import { equal } from "../../src/metrics/selector.ts";
import { burnAlert } from "../../src/rules/burn-alerts.ts";
import { recordingRules } from "../../src/rules/recording.ts";
import type { AlertRule, RecordingRule } from "../../src/rules/rule.ts";
import type { BurnPair } from "../../src/slo/burn-pairs.ts";
import { gateDefault } from "../../src/slo/gate.ts";
import type { Objective } from "../../src/slo/objective.ts";

export const dayMs = 86_400_000;

/** An objective on calls, with series of its own. */
export function objective(target: number, periodMs: number, id = "payments-availability"): Objective {
  return {
    id,
    service: "checkout",
    integration: id,
    provider: "payments.example",
    says: "calls succeed",
    target,
    periodMs,
    indicator: availabilityIndicator({
      source: "resilience",
      matchers: [equal("holdfast_resilience_policy", id)],
    }),
    pages: true,
    runbook: "runbooks/payments.md",
    path: [],
    place: { line: 1, column: 1 },
  };
}

/** Only what one pair's alert reads, so that a test is quick. */
export function pairRules(
  one: Objective,
  pair: BurnPair,
): { readonly rules: readonly (RecordingRule | AlertRule)[]; readonly alert: AlertRule } {
  const alert = burnAlert(one, pair, gateDefault);
  const dashboardsOnly = pair.shortMs === 300_000 ? /$^/ : /rate5m$/;
  const read = recordingRules(one, [pair]).filter(({ record }) => !dashboardsOnly.test(record));
  return { rules: [...read, alert], alert };
}
