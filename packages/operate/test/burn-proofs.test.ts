import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { latencyIndicator } from "../src/metrics/indicators.ts";
import { equal } from "../src/metrics/selector.ts";
import { burnProofs } from "../src/proofs/burn-proofs.ts";
import { proofsYaml } from "../src/proofs/to-yaml.ts";
import type { AlertRule, RecordingRule } from "../src/rules/rule.ts";
import { rulesYaml } from "../src/rules/to-yaml.ts";
import { thresholdOf } from "../src/slo/burn-arithmetic.ts";
import { type BurnPair, burnPairs } from "../src/slo/burn-pairs.ts";
import { gateDefault } from "../src/slo/gate.ts";
import type { Objective } from "../src/slo/objective.ts";
import { dayMs, objective, pairRules } from "./support/objectives.ts";
import { type Said, tested, withoutPromtool } from "./support/promtool.ts";

/** Runs the stories of a pair's alert against its rules, or against rules that something is wrong with. */
function proven(one: Objective, pair: BurnPair, spoil: (rule: Rule) => Rule = (rule) => rule): Said {
  const { rules, alert } = pairRules(one, pair);
  const proofs = burnProofs(one, pair, alert, gateDefault);
  const [{ stepMs } = { stepMs: 0 }] = proofs;
  const groups = [{ name: one.id, intervalMs: stepMs, rules: rules.map(spoil) }];
  return tested(rulesYaml(groups), proofsYaml(["rules.yml"], proofs));
}

type Rule = AlertRule | RecordingRule;

function latency(edge: number): Objective {
  const matchers = [equal("server_address", "payments.example"), equal("job", "checkout")];
  return {
    ...objective(0.99, 30 * dayMs, "p99"),
    indicator: latencyIndicator({ source: "otel", matchers }, edge),
  };
}

describe("alerts on budgets", { skip: withoutPromtool }, () => {
  const cases = [
    ["99.9 % in 30 d", objective(0.999, 30 * dayMs)],
    ["90 % in 90 d, nearly too low to alert on", objective(0.9, 90 * dayMs)],
    ["99.99 % in 7 d", objective(0.9999, 7 * dayMs)],
    ["a latency whose edge is a whole second", latency(1)],
    ["a latency whose edge is not", latency(0.75)],
  ] as const;
  for (const [name, one] of cases) {
    it(`fire, stay silent just below, resolve, and survive little, young and absent data: ${name}`, () => {
      const pairs = burnPairs(one.periodMs).filter((pair) => thresholdOf(pair, one.target) < 1);
      assert.ok(pairs.length >= 2);
      for (const pair of name.includes("latency") ? pairs.slice(0, 1) : pairs) {
        const { ok, text } = proven(one, pair);
        assert.ok(ok, text.slice(0, 3_000));
      }
    });
  }
});

/** Changes the text of the alert's expression. */
function alertWith(change: (expr: string) => string): (rule: Rule) => Rule {
  return (rule) => ("alert" in rule ? { ...rule, expr: change(rule.expr) } : rule);
}

const lines = (expr: string): readonly string[] => expr.split("\n");
const without = (index: number) => alertWith((expr) => lines(expr).toSpliced(index, 1).join("\n"));

describe("the stories of an alert on a budget", { skip: withoutPromtool }, () => {
  const mutants: readonly (readonly [string, (rule: Rule) => Rule])[] = [
    [
      "the age of the data is not looked at",
      alertWith((expr) => expr.replace(/ \* slo:sli_coverage[^>]*/, " ")),
    ],
    ["there is no short window", without(1)],
    ["there is no least number of events", without(2)],
    ["there is no least number of bad events", without(3)],
    ["the threshold is a little too low", alertWith((expr) => expr.replaceAll("14.4 *", "13.9 *"))],
    ["the threshold is a little too high", alertWith((expr) => expr.replaceAll("14.4 *", "15.1 *"))],
    ["it waits for 2 minutes", (rule) => ("alert" in rule ? { ...rule, forMs: 120_000 } : rule)],
    [
      "it has another severity",
      (rule) => ("alert" in rule ? { ...rule, labels: { ...rule.labels, severity: "ticket" } } : rule),
    ],
    ["it never fires", alertWith((expr) => `${expr}\nand vector(0) > 1`)],
    ["it always fires", alertWith((expr) => `${expr}\nor vector(1)`)],
    [
      "what is bad is not counted",
      (rule) =>
        "record" in rule ? { ...rule, expr: rule.expr.replaceAll("success|", "success|FAILED|") } : rule,
    ],
  ];
  for (const [name, spoil] of mutants) {
    it(`turn red when ${name}`, () => {
      const one = objective(0.999, 30 * dayMs);
      const [pair] = burnPairs(one.periodMs);
      assert.ok(pair !== undefined);
      const { ok, text } = proven(one, pair, spoil);
      assert.equal(ok, false);
      assert.match(text, /FAILED/);
    });
  }
});
