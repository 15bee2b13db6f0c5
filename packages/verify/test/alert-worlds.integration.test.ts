import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { describe, it } from "node:test";
import { proveAlerts } from "../src/alerts/run-prove-alerts.ts";
import type { Observation, ScrapeRecord } from "../src/model.ts";
import { alertTarget } from "../src/testing/alerts.ts";
import { callRecord, experimentRecord, runRecord } from "../src/testing/observations.ts";

const skip =
  spawnSync("promtool", ["--version"]).status === 0
    ? false
    : "service: promtool is not on the PATH (Debian: apt-get install prometheus)";

const outage = experimentRecord("503-forever", {
  program: { steps: [{ fault: { kind: "status", status: 503 }, times: "forever" }] },
});

const alert = (name: string, expr: string): string =>
  `      - alert: ${name}\n        expr: ${expr}\n        for: 1m\n`;
const rules = `groups:\n  - name: shop\n    rules:\n${[
  alert("AlwaysOn", 'sum(rate(calls_total{name="pay"}[5m])) > 0'),
  alert("PaymentsGone", 'absent(calls_total{name="pay"})'),
  alert("CatalogueGone", 'absent(calls_total{name="list"})'),
  alert("NobodyLists", 'sum(rate(calls_total{name="list"}[5m])) == 0'),
  // Nothing added to a sum makes nothing of it: the idle scenario has to be there.
  alert(
    "ShareFails",
    'sum(rate(errors_total{name="pay"}[5m])) / (sum(rate(calls_total{name="pay"}[5m])) + sum(rate(calls_total{name="list"}[5m]))) > 0.5',
  ),
  alert("PaymentsFail", 'sum(rate(errors_total{name="pay"}[5m])) > 0'),
].join("")}`;

const counted = (name: string, calls: number, errors: number): string =>
  `# TYPE calls_total counter\ncalls_total{name="${name}"} ${calls}\n# TYPE errors_total counter\nerrors_total{name="${name}"} ${errors}\n`;

/** An instance from its start to its first healthy call. */
function warmed(instance: string, experiment: string, name: string): readonly Observation[] {
  const scrape = (moment: ScrapeRecord["moment"], atMs: number, text: string): ScrapeRecord => {
    return { type: "scrape", experiment, instance, atMs, moment, stage: null, text, error: null };
  };
  return [
    scrape("ready", 0, counted(name, 0, 0)),
    callRecord(`${instance}-w`, {
      experiment,
      instance,
      startedMs: 10,
      phase: "warm-up",
      outcome: "succeeded",
    }),
    scrape("warm", 20, counted(name, 1, 0)),
    scrape("end", 60, counted(name, 3, 2)),
  ];
}

describe("alerts of a service with two scenarios", { skip, timeout: 60_000 }, () => {
  it("are proved where both go on, and under a fault of one the other is there and stands still", async () => {
    const { contract, integration } = alertTarget();
    const failed = { experiment: outage.id, instance: "i2", outcome: "failed", phase: "sample" } as const;
    const record = await proveAlerts({
      contract: { ...contract, integrations: [integration] },
      observations: [
        runRecord({ operations: { rules: [{ path: "ops/a.yml", text: rules }], dashboards: [] } }),
        ...warmed("i1", "browse/gate", "list"),
        ...warmed("i2", outage.id, "pay"),
        callRecord("a", { ...failed, startedMs: 30 }),
        callRecord("b", { ...failed, startedMs: 40 }),
      ],
      experiments: [outage],
      environment: process.env,
      signal: new AbortController().signal,
    });
    assert.equal(record?.problem, null);
    const fires = (firing: readonly { readonly alert: string }[] = []) =>
      firing.map((one) => one.alert).toSorted();
    assert.deepEqual(fires(record.proof?.control), ["AlwaysOn"], "nothing is gone, and somebody lists");
    const under = record.proof?.faults.find(({ id }) => id === "payments/provider unavailable (5xx)");
    assert.deepEqual(
      fires(under?.firing),
      ["PaymentsFail", "ShareFails"],
      "what fired before the fault tells nothing of it",
    );
  });
});
