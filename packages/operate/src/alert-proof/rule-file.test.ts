import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAlerts } from "./read-alerts.ts";
import { readRuleFiles } from "./rule-file.ts";

const groups = `
groups:
  - name: payments
    interval: 30s
    rules:
      - record: payments:errors:rate5m
        expr: sum(rate(payments_calls_total{outcome="error"}[5m]))
      - record: payments:errors:max1h
        expr: max_over_time(payments:errors:rate5m[1h])
      - alert: PaymentsFail
        expr: payments:errors:max1h > 0.1 and payments:errors:rate5m > 0.1
        for: 2m
        keep_firing_for: 5m
        labels: { severity: page }
        annotations: { summary: "payments fail", runbook_url: runbooks/payments.md }
`;

describe("a file of rules", () => {
  it("is read with what each rule says, and its own words are kept", () => {
    const { rules, problems } = readRuleFiles([{ path: "ops/a.yml", text: groups }]);
    assert.deepEqual(problems, []);
    const alert = rules.find(({ kind }) => kind === "alert");
    assert.deepEqual(
      [alert?.name, alert?.intervalMs, alert?.forMs, alert?.keepFiringForMs],
      ["PaymentsFail", 30_000, 120_000, 300_000],
    );
    assert.deepEqual(alert?.labels, { severity: "page" });
    assert.deepEqual(Object.keys(alert?.source ?? {}).slice(0, 3), ["alert", "expr", "for"]);
  });

  it("may be wrapped as the operator of Prometheus wraps them", () => {
    const wrapped = `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:${groups.replaceAll("\n", "\n  ")}`;
    assert.equal(readRuleFiles([{ path: "a.yml", text: wrapped }]).rules.length, 3);
  });

  for (const [what, text, says] of [
    ["no YAML", "groups: [", /./],
    ["no groups", "alerts: []", /no list of groups/],
    ["nothing", "", /empty|no list/],
    ["a rule without a name", "groups: [{ name: g, rules: [{ expr: up }] }]", /has no name/],
    ["a rule without an expression", "groups: [{ name: g, rules: [{ alert: A }] }]", /has no expr/],
  ] as const)
    it(`with ${what} is a problem that names the file`, () => {
      const [problem] = readRuleFiles([{ path: "ops/a.yml", text }]).problems;
      assert.equal(problem?.file, "ops/a.yml");
      assert.match(problem?.says ?? "", says);
      assert.ok((problem?.remedy ?? "").length > 10);
    });
});

describe("an alert", () => {
  it("rests on recorded series, which are followed to the metrics behind them", () => {
    const [alert] = readAlerts(readRuleFiles([{ path: "a.yml", text: groups }]).rules);
    assert.deepEqual(new Set(alert?.reads.map(({ metric }) => metric)), new Set(["payments_calls_total"]));
    assert.equal(alert?.needs.length, 2);
    assert.equal(alert?.longestMs, 3_600_000 + 300_000);
    assert.equal(alert?.shortestMs, 300_000);
  });

  it("that rests on itself ends somewhere", () => {
    const text = "groups: [{ name: g, rules: [{ record: a, expr: a + b }, { alert: A, expr: a > 1 }] }]";
    const [alert] = readAlerts(readRuleFiles([{ path: "a.yml", text }]).rules);
    assert.equal(alert?.needs.length, 1);
  });

  it("needs only those rules that set the labels it asks for", () => {
    const text = `
groups:
  - name: g
    rules:
      - { record: r, expr: "rate(x_total[1h])", labels: { slo: a } }
      - { record: r, expr: "rate(y_total[3d])", labels: { slo: b } }
      - { alert: A, expr: 'r{slo="a"} > 1' }
`;
    const [alert] = readAlerts(readRuleFiles([{ path: "a.yml", text }]).rules);
    assert.deepEqual(
      alert?.reads.map(({ metric }) => metric),
      ["x_total"],
    );
    assert.equal(alert?.longestMs, 3_600_000);
  });
});
