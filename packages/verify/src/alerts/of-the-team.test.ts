import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alertFires } from "../checks/alert-fires.ts";
import { alertNamesProvider } from "../checks/alert-names-provider.ts";
import { alertResolves } from "../checks/alert-resolves.ts";
import { alertStaysQuiet } from "../checks/alert-stays-quiet.ts";
import { dashboardCoversSlo } from "../checks/dashboard-covers-slo.ts";
import { dashboardQueriesResolve } from "../checks/dashboard-queries-resolve.ts";
import { linkedFromAlert } from "../checks/linked-from-alert.ts";
import { alertVerdict, firingOf, proofRecord } from "../testing/alerts.ts";

const id = "payments/provider unavailable (5xx)";
const fires = (facts: Parameters<typeof firingOf>[0]) => ({ faults: [{ id, firing: [firingOf(facts)] }] });
const nameless = { alert: "Errors", labels: { alertname: "Errors" }, annotations: {} };
const query = {
  dashboard: "ops/shop.json",
  panel: "Errors",
  expr: "rate(calls_total[5m])",
  problem: null,
  metrics: ["calls_total"],
  missing: ["call_total"],
  healthyValues: 1,
  faults: [{ id, values: 1, moved: false }],
};

describe("what generated rules and dashboards lack", () => {
  const cases = [
    [alertFires, "rules", { faults: [{ id, firing: [] }] }],
    [alertStaysQuiet, "rules", { control: [firingOf({ firedAtMs: 0 })] }],
    [alertResolves, "rules", fires({ resolvedAtMs: null })],
    [alertNamesProvider, "rules", fires(nameless)],
    [linkedFromAlert, "rules", fires({ annotations: {} })],
    [dashboardQueriesResolve, "dashboards", { queries: [query] }],
    [dashboardCoversSlo, "dashboards", { queries: [query] }],
  ] as const;
  for (const [check, kind, proof] of cases)
    it(`is no failure of ${check.id}, and is one where the contract names them`, () => {
      const declared = alertVerdict(check, proofRecord({}, proof));
      assert.equal(declared.verdict, "fail");
      const found = alertVerdict(check, proofRecord({ [kind]: "generated" }, proof));
      assert.deepEqual([found.verdict, found.severity], ["advice", "low"]);
      assert.match(found.because, new RegExp(`^operations\\.${kind} names n`));
      assert.ok(found.because.endsWith(declared.because), found.because);
      assert.match(
        found.diagnosis ?? "",
        /do not exist yet: holdfast generate \w+ writes them\. Review them, load them, and name them/,
      );
    });
});
