import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fed } from "../src/proofs/feed.ts";
import type { Expectation, InputSeries } from "../src/proofs/proof.ts";
import { proofsYaml } from "../src/proofs/to-yaml.ts";
import { burnAlertName } from "../src/rules/burn-alerts.ts";
import type { AlertRule, RuleGroup } from "../src/rules/rule.ts";
import { rulesYaml } from "../src/rules/to-yaml.ts";
import { detectionMs, thresholdOf } from "../src/slo/burn-arithmetic.ts";
import { type BurnPair, burnPairs } from "../src/slo/burn-pairs.ts";
import { dayMs, objective, pairRules } from "./support/objectives.ts";
import { tested, withoutPromtool } from "./support/promtool.ts";

const targets = [0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999];
const periods = [7, 28, 30, 90];
/** How often is evaluated, by pair: a sixtieth of its long window. */
const stepsMs = [60_000, 360_000, 1_440_000, 4_320_000];
const events = 1_000_000_000;

interface Watched {
  readonly alert: AlertRule;
  /** The first evaluation after the time of the formula. */
  readonly firesAtMs: number;
  readonly series: readonly InputSeries[];
  readonly group: RuleGroup;
}

/** An objective that is healthy for a long window and then bad, as much as gives a time in the middle of the window. */
function watched(target: number, days: number, pair: BurnPair, stepMs: number): Watched | null {
  const threshold = thresholdOf(pair, target);
  if (threshold >= 1) return null;
  const id = `of-${String(target).slice(2)}-${days}d`;
  const one = objective(target, days * dayMs, id);
  const { rules, alert } = pairRules(one, pair);
  // Neither of them gives a time that is a whole number of evaluations, where a rounding would decide.
  const badShare = Math.min(0.99, 2.6 * threshold);
  const afterMs = detectionMs(pair, target, badShare);
  assert.ok(afterMs !== null && one.indicator.feed !== null);
  const history = pair.longMs / stepMs;
  return {
    alert,
    firesAtMs: pair.longMs + (Math.floor(afterMs / stepMs) + 1) * stepMs,
    series: fed(one.indicator.feed, [
      { steps: history, events, badShare: 0 },
      { steps: history + 1, events, badShare },
    ]),
    group: { name: id, intervalMs: stepMs, rules },
  };
}

/** At each time that matters to one of them: who fires by then, and who does not. */
function expectations(all: readonly Watched[], alert: string, stepMs: number): readonly Expectation[] {
  const times = new Set(all.flatMap(({ firesAtMs }) => [firesAtMs - stepMs, firesAtMs]));
  return [...times].map((atMs) => ({
    atMs,
    alert,
    fires: all.filter(({ firesAtMs }) => firesAtMs <= atMs).map((one) => one.alert),
  }));
}

describe("the time until an alert fires", { skip: withoutPromtool }, () => {
  for (const [index, stepMs] of stepsMs.entries()) {
    const name = burnAlertName(burnPairs(30 * dayMs)[index]!);
    it(`${name}: it is that of the formula within one evaluation, for targets 90–99.99 % and periods 7–90 d`, () => {
      const all = targets.flatMap((target) =>
        periods.flatMap((days) => watched(target, days, burnPairs(days * dayMs)[index]!, stepMs) ?? []),
      );
      assert.ok(all.length >= 22, `only ${all.length} can alert`);
      const series = all.flatMap((one) => one.series);
      const expect = expectations(all, name, stepMs);
      const rules = rulesYaml(all.map(({ group }) => group));
      const { ok, text } = tested(rules, proofsYaml(["rules.yml"], [{ name, stepMs, series, expect }]));
      assert.ok(ok, text.slice(0, 4_000));
    });
  }
});
