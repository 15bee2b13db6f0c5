import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { importObjectives } from "../src/imports/imported.ts";
import { burnProofs } from "../src/proofs/burn-proofs.ts";
import { proofsYaml } from "../src/proofs/to-yaml.ts";
import { rulesYaml } from "../src/rules/to-yaml.ts";
import { burnPairs } from "../src/slo/burn-pairs.ts";
import { gateDefault } from "../src/slo/gate.ts";
import { pairRules } from "./support/objectives.ts";
import { tested, withoutPromtool } from "./support/promtool.ts";

const texts = {
  "sloth, bad events": `version: prometheus/v1
service: shop
slos:
  - name: requests
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(http_requests_total{code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total[{{.window}}]))
    alerting: {}
`,
  "OpenSLO, good events": `apiVersion: openslo/v1
kind: SLO
metadata: { name: shop }
spec:
  service: shop
  indicator:
    spec:
      ratioMetric:
        counter: true
        good: { metricSource: { type: Prometheus, spec: { query: 'http_requests_total{code!~"5.."}' } } }
        total: { metricSource: { type: Prometheus, spec: { query: sum(http_requests_total) } } }
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.995 }]
`,
};

describe("alerts on objectives of others", { skip: withoutPromtool }, () => {
  for (const [name, text] of Object.entries(texts)) {
    it(`tell the same stories about the metrics of their queries: ${name}`, () => {
      const [imported] = importObjectives(text).objectives;
      assert.ok(imported !== undefined);
      const feed = [
        { series: 'http_requests_total{code="200"}', counts: "good" },
        { series: 'http_requests_total{code="500"}', counts: "bad" },
      ] as const;
      const one = { ...imported, indicator: { ...imported.indicator, feed } };
      const [pair] = burnPairs(one.periodMs);
      assert.ok(pair !== undefined);
      const { rules, alert } = pairRules(one, pair);
      const proofs = burnProofs(one, pair, alert, gateDefault);
      assert.ok(proofs.length >= 5);
      const groups = [{ name: one.id, intervalMs: 60_000, rules }];
      const { ok, text: said } = tested(rulesYaml(groups), proofsYaml(["rules.yml"], proofs));
      assert.ok(ok, said.slice(0, 3_000));
    });
  }
});
