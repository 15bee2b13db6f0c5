import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { absentAlerts } from "../src/alerts/metric-absent.ts";
import { absentProofs } from "../src/proofs/absent-proofs.ts";
import { fed, type Traffic } from "../src/proofs/feed.ts";
import { story } from "../src/proofs/story.ts";
import { proofsYaml } from "../src/proofs/to-yaml.ts";
import type { AlertRule } from "../src/rules/rule.ts";
import { rulesYaml } from "../src/rules/to-yaml.ts";
import { burnPairs } from "../src/slo/burn-pairs.ts";
import { dayMs, objective, pairRules } from "./support/objectives.ts";
import { tested, withoutPromtool } from "./support/promtool.ts";

const events = 1_000_000;
const one = objective(0.999, 30 * dayMs);
const [hour, sixHours] = burnPairs(one.periodMs);

/** What promtool says of a pair's alert under this traffic, minute by minute. */
function told(
  pair: typeof hour,
  traffic: readonly Traffic[],
  expected: readonly (readonly [minute: number, fires: boolean])[],
) {
  assert.ok(pair !== undefined && one.indicator.feed !== null);
  const { rules, alert } = pairRules(one, pair);
  const proof = story(alert, "does as the workbook says", fed(one.indicator.feed, traffic), expected);
  const groups = [{ name: one.id, intervalMs: 60_000, rules }];
  return tested(rulesYaml(groups), proofsYaml(["rules.yml"], [proof]));
}

/** 99.9 % in 30 days, healthy for an hour: the minute after which the first alert fires. */
const worked: readonly (readonly [badShare: number, firesAfter: number | null])[] = [
  [1, 0.864],
  [0.15, 5.76],
  [0.1, 8.64],
  [0.02, 43.2],
  [0.01, null],
];

describe("worked examples of the SRE workbook", { skip: withoutPromtool }, () => {
  for (const [badShare, firesAfter] of worked) {
    it(`hold for ${badShare * 100} % errors`, () => {
      const traffic = [
        { steps: 60, events, badShare: 0 },
        { steps: 90, events, badShare },
      ];
      const expected: (readonly [number, boolean])[] =
        firesAfter === null
          ? [100, 120, 150].map((minute) => [minute, false] as const)
          : [
              [60 + Math.floor(firesAfter), false],
              [60 + Math.floor(firesAfter) + 1, true],
            ];
      const { ok, text } = told(hour, traffic, expected);
      assert.ok(ok, text.slice(0, 2_000));
    });
  }

  it("hold on data of one hour: the window of six hours does not fire after 8 minutes but after 21.6", () => {
    const traffic = [
      { steps: 60, events, badShare: 0 },
      { steps: 30, events, badShare: 0.1 },
    ];
    const { ok, text } = told(sixHours, traffic, [
      [68, false],
      [80, false],
      [82, true],
    ]);
    assert.ok(ok, text.slice(0, 2_000));
  });
});

describe("the stories of an alert on a missing metric", { skip: withoutPromtool }, () => {
  const [alert] = absentAlerts(one);
  const mutants: readonly (readonly [string, (rule: AlertRule) => AlertRule])[] = [
    ["waits a minute less", (rule) => ({ ...rule, forMs: 3_540_000 })],
    ["waits a minute more", (rule) => ({ ...rule, forMs: 3_660_000 })],
    [
      "looks for traffic",
      (rule) => ({
        ...rule,
        expr: rule.expr.replace("absent(sum(", "absent(sum(increase(").replace("}))", "}[5m]) > 0))"),
      }),
    ],
    ["always fires", (rule) => ({ ...rule, expr: "vector(1)" })],
    ["never fires", (rule) => ({ ...rule, expr: "vector(1) > 1" })],
  ];
  for (const [name, spoil] of mutants) {
    it(`turn red when it ${name}`, () => {
      assert.ok(alert !== undefined);
      const groups = [{ name: one.id, intervalMs: 60_000, rules: [spoil(alert)] }];
      const { ok, text } = tested(
        rulesYaml(groups),
        proofsYaml(["rules.yml"], absentProofs(alert, one.indicator.feed)),
      );
      assert.equal(ok, false);
      assert.match(text, /FAILED/);
    });
  }
});
