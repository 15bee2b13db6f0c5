import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { loadContract } from "@holdfast/contract";
import {
  type AlertSettings,
  alertSettingsDefault,
  checkQuery,
  contractSubjects,
  generateAlerts,
  generateDashboards,
  serviceName,
  unseen,
} from "@holdfast/operate";
import { startPrometheus, withoutPrometheus } from "./support/prometheus.ts";
import { startTellingService } from "./support/telling-service.ts";

const contractFile = join(import.meta.dirname, "../../examples/checkout/hardened/holdfast.yaml");

/** What is generated for the hardened checkout, as if it delivered messages too. */
async function generated(settings: AlertSettings) {
  const read = await loadContract(contractFile, {});
  assert.ok("contract" in read);
  const subjects = contractSubjects(read.contract, settings);
  const alerts = generateAlerts(subjects, { gate: settings.gate, burnMin: 0, tests: false });
  assert.ok("files" in alerts);
  const service = serviceName(read.contract);
  return {
    service,
    ...generateDashboards(service, subjects),
    rules: alerts.files.filter(({ kind }) => kind === "rules"),
  };
}

/** What Grafana puts in for its variable. */
const asked = (expr: string): string => expr.replaceAll("$__rate_interval", "4s");

describe("dashboards", () => {
  it("show data in every query of every panel, of a service that tells what it does", {
    skip: withoutPrometheus,
    timeout: 90_000,
  }, async () => {
    const { service, dashboards, rules } = await generated({ ...alertSettingsDefault, delivery: true });
    await using telling = await startTellingService();
    // Rules of minutes would have nothing to say within the seconds of a test.
    const soon = rules.map(({ text }) =>
      text.replaceAll(/interval: \d+m/g, "interval: 1s").replaceAll(/for: \d+[mh]/g, "for: 1s"),
    );
    await using prometheus = await startPrometheus({ target: telling.target, job: service, rules: soon });
    const fromMs = Date.now();
    for (let times = 0; times < 9; times++) {
      await telling.work();
      await sleep(1_000);
    }
    const exprs = [...new Set(dashboards.flatMap(({ queries }) => queries))];
    const empty: string[] = [];
    for (const expr of exprs) {
      const found = await prometheus.range(asked(expr), fromMs, Date.now());
      const numbers = found.flatMap(({ values }) => values.map(([, value]) => Number(value)));
      if (!numbers.some(Number.isFinite)) empty.push(expr);
    }
    assert.ok(exprs.length > 40, String(exprs.length));
    assert.deepEqual(empty, []);
    const none = await prometheus.range(
      asked(`rate(holdfast_resilience_call_total[4s])`),
      fromMs,
      Date.now(),
    );
    assert.deepEqual(none, []);
  });

  it("ask for nothing that is not in the catalogue, and leave nothing of it out", async () => {
    const ours = await generated({ ...alertSettingsDefault, delivery: true });
    const standard = await generated({
      ...alertSettingsDefault,
      calls: "otel",
      addresses: { payments: "api.payments.example" },
    });
    const exprs = [...ours.dashboards, ...standard.dashboards].flatMap(({ queries }) => queries);
    assert.deepEqual(
      exprs.flatMap((expr) => checkQuery(expr)),
      [],
    );
    // The contract's policy declares no limit on calls under way, so that no panel shows one.
    const ofLimits = ["holdfast_resilience_limit_active", "holdfast_resilience_limit_waiting"];
    assert.deepEqual(unseen(exprs), ["holdfast_resilience_retries_total", ...ofLimits]);
  });
});
