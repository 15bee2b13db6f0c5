import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import {
  findPromtool,
  footprintOf,
  marked,
  type OperationsProof,
  proveOperations,
  readExposition,
} from "../src/index.ts";
import { withoutPromtool } from "./support/promtool.ts";

const scrape = (ok: number, bad: number): string => `
# TYPE payments_calls_total counter
payments_calls_total{outcome="ok"} ${ok}
payments_calls_total{outcome="error"} ${bad}
# TYPE payments_breaker_open gauge
payments_breaker_open ${bad > 0 ? 1 : 0}
`;

const samples = (ok: number, bad: number) => readExposition(scrape(ok, bad));
const healthy = footprintOf([{ before: samples(0, 0), after: samples(2, 0), calls: 2, healthy: 0 }], null);
const down = footprintOf([{ before: samples(1, 0), after: samples(1, 4), calls: 4, healthy: 0 }], healthy);

const share = (condition: string): string => `
      - alert: PaymentsFail
        expr: sum(rate(payments_calls_total{outcome="error"}[5m])) / sum(rate(payments_calls_total[5m])) ${condition}
        for: 2m
        labels: { severity: page, integration: payments }
        annotations: { summary: "payments fail: {{ $value | humanizePercentage }}", runbook_url: "runbooks/payments.md#outage" }`;

const board = (expr: string): string =>
  JSON.stringify({ panels: [{ title: "Errors", targets: [{ expr }] }] });

async function prove(rules: string, dashboard = board("up")): Promise<OperationsProof> {
  assert.ok(healthy !== null && down !== null);
  const promtool = await findPromtool(process.env, new AbortController().signal);
  return proveOperations(
    {
      service: "shop",
      rules: [{ path: "ops/team.rules.yml", text: `groups:\n  - name: payments\n    rules:${rules}\n` }],
      dashboards: [{ path: "ops/shop.json", text: dashboard }],
      healthy,
      faults: [{ id: "payments/down", healthy, footprint: down, slowToo: true }],
    },
    promtool,
  );
}

const firing = (proof: OperationsProof) => proof.faults.flatMap((fault) => fault.firing);

describe("the rules of a team", { skip: withoutPromtool, timeout: 120_000 }, () => {
  it("are proved as they are written: fires after its `for`, tells what it says, and resolves", async () => {
    const proof = await prove(share("> 0.1"));
    const [one, ...others] = firing(proof);
    assert.equal(others.length, 0);
    assert.deepEqual([one?.alert, one?.file], ["PaymentsFail", "ops/team.rules.yml"]);
    assert.equal(one?.labels["integration"], "payments");
    assert.match(one?.annotations["summary"] ?? "", /^payments fail: \d/);
    // Above a tenth with the second scrape of the fault, and two minutes more.
    assert.ok(
      one !== undefined && one.firedAtMs >= 120_000 && one.firedAtMs <= 240_000,
      String(one.firedAtMs),
    );
    assert.ok(one.resolvedAtMs !== null && one.resolvedAtMs <= 360_000);
    assert.deepEqual([proof.control, proof.problems], [[], []]);
  });

  it("that fire before the fault tell nothing of it", async () => {
    // Counted calls there are none of before the fault.
    const quiet = `
      - alert: NobodyPays
        expr: sum(rate(payments_calls_total{outcome="error"}[5m])) == 0 or absent(payments_calls_total{outcome="error"})`;
    const { control, faults } = await prove(quiet);
    assert.deepEqual([control.map(({ alert }) => alert), faults[0]?.firing], [["NobodyPays"], []]);
  });

  it("that look back for days are asked where nothing quick tells of a fault", async () => {
    assert.ok(healthy !== null && down !== null);
    const promtool = await findPromtool(process.env, new AbortController().signal);
    const slow = share("> 0.001").replaceAll("[5m]", "[12h]");
    const text = `groups:\n  - name: payments\n    rules:${slow}\n`;
    const faults = [
      { id: "payments/down", healthy, footprint: down, slowToo: true },
      { id: "payments/slow", healthy, footprint: down, slowToo: false },
    ];
    const proof = await proveOperations(
      { service: "shop", rules: [{ path: "a.yml", text }], dashboards: [], healthy, faults },
      promtool,
    );
    assert.deepEqual(
      proof.faults.map(({ id, firing }) => [id, firing.map(({ alert }) => alert)]),
      [
        ["payments/down", ["PaymentsFail"]],
        ["payments/slow", ["PaymentsFail"]],
      ],
    );
  });

  it("that never fire are seen not to", async () => {
    assert.deepEqual(firing(await prove(share("> 1"))), []);
  });

  it("that fire without a fault are seen in the control", async () => {
    const { control } = await prove(share(">= 0"));
    assert.deepEqual(
      control.map(({ alert }) => alert),
      ["PaymentsFail"],
    );
  });

  it("that Prometheus refuses are told by file and rule, and the others are proved", async () => {
    const broken = "\n      - alert: Broken\n        expr: sum(rate(x[5m])";
    const proof = await prove(share("> 0.1") + broken);
    assert.deepEqual(
      proof.problems.map(({ code, file, rule }) => [code, file, rule]),
      [["RULES_INVALID", "ops/team.rules.yml", "Broken"]],
    );
    assert.equal(firing(proof).length, 1);
  });

  it("are told from those that are as holdfast generate wrote them", async () => {
    assert.ok(healthy !== null);
    const promtool = await findPromtool(process.env, new AbortController().signal);
    const text = "groups:\n  - name: a\n    rules:\n      - alert: Broken\n        expr: sum(rate(x[5m])\n";
    const ours = marked(text, "alerts");
    const rules = [ours, `${ours}# changed\n`, text].map((one, at) => ({ path: `${at}.yml`, text: one }));
    const { problems } = await proveOperations(
      { service: "shop", rules, dashboards: [], healthy, faults: [] },
      promtool,
    );
    assert.deepEqual(
      problems.map(({ file, asGenerated }) => [file, asGenerated]),
      [
        ["0.yml", true],
        ["1.yml", undefined],
        ["2.yml", undefined],
      ],
    );
  });

  it("may rest on recorded series and on levels", async () => {
    const recorded = `
      - record: payments:errors:rate5m
        expr: sum(rate(payments_calls_total{outcome="error"}[5m]))
      - alert: Recorded
        expr: avg_over_time(payments:errors:rate5m[10m]) > 0.2
      - alert: Level
        expr: payments_breaker_open == 1
        for: 3m
        keep_firing_for: 10m`;
    const found = Object.fromEntries(firing(await prove(recorded)).map((one) => [one.alert, one]));
    assert.ok(found["Recorded"] !== undefined && found["Level"] !== undefined);
    assert.ok((found["Level"].resolvedAtMs ?? 0) >= 600_000);
  });

  it("say which metrics are missing", async () => {
    const { alerts } = await prove(share("> 0.1").replaceAll("payments_calls_total", "payment_calls_total"));
    assert.deepEqual(alerts[0]?.missing, ["payment_calls_total"]);
  });
});

describe("the dashboards of a team", { skip: withoutPromtool, timeout: 120_000 }, () => {
  const asked = async (expr: string) => (await prove(share("> 0.1"), board(expr))).queries[0];

  it("show data, and something else in an outage", async () => {
    const query = await asked('sum(rate(payments_calls_total{outcome="error"}[$__rate_interval]))');
    assert.deepEqual([query?.problem, query?.missing, query?.healthyValues], [null, [], 1]);
    assert.deepEqual(query?.faults, [{ id: "payments/down", values: 1, moved: true }]);
  });

  it("know the alerts that fire", async () => {
    const query = await asked('ALERTS{alertstate="firing"}');
    assert.deepEqual(query?.faults[0], { id: "payments/down", values: 1, moved: true });
  });

  it("ask for metrics and labels that nothing exports", async () => {
    assert.deepEqual((await asked("rate(payment_calls_total[5m])"))?.missing, ["payment_calls_total"]);
    assert.deepEqual((await asked('payments_calls_total{outcom="ok"}'))?.missing, [
      "payments_calls_total{outcom}",
    ]);
  });

  it("ask what Prometheus refuses, or what cannot be read", async () => {
    assert.equal((await asked("sum(rate(payments_calls_total[5m])"))?.problem?.kind, "refused");
    assert.equal((await asked('payments_calls_total{job="$job"}'))?.problem?.kind, "unread");
  });
});

it("says what to install where promtool is missing", async () => {
  const none = findPromtool({ PATH: "" }, new AbortController().signal);
  await assert.rejects(none, { code: "PROMTOOL_MISSING", remedy: /prometheus/ });
});
