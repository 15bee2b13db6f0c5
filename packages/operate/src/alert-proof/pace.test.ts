import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pacesOf } from "./pace.ts";
import { readAlerts } from "./read-alerts.ts";
import { readRuleFiles } from "./rule-file.ts";
import { controlPhases, phasesOf } from "./timeline.ts";

const hour = 3_600_000;
const paces = (...rules: readonly string[]) => {
  const text = `groups: [{ name: g, rules: [${rules.map((rule, index) => `{ alert: A${index}, ${rule} }`).join(", ")}] }]`;
  return pacesOf(readAlerts(readRuleFiles([{ path: "a.yml", text }]).rules));
};

describe("a pace", () => {
  it("puts as much history before a fault as its rules look back over", () => {
    const [pace] = paces('expr: "rate(a[1h]) > 1 and rate(a[5m]) > 1", for: 10m');
    assert.ok(pace !== undefined && pace.historyMs > hour);
    assert.ok(pace.faultMs >= hour + 600_000);
    assert.ok(pace.recoveryMs >= hour);
    assert.equal(pace.cut, false);
  });

  it("lets at least four scrapes into the shortest window", () => {
    for (const window of ["1m", "2m", "5m", "30m", "6h"]) {
      const [pace] = paces(`expr: "rate(a[${window}]) > 1"`);
      const windowMs = pace?.alerts[0]?.shortestMs ?? 0;
      assert.ok(windowMs / (pace?.scrapeMs ?? 1) >= 4, `${window}: ${pace?.scrapeMs}`);
    }
  });

  it("costs no more for days than for hours", () => {
    for (const window of ["1h", "6h", "1d", "3d", "30d"]) {
      const [pace] = paces(`expr: "rate(a[${window}]) > 1"`);
      assert.ok(pace !== undefined && pace.historyMs / pace.evaluationMs < 200, window);
      assert.ok(pace.scrapeMs <= 240_000);
    }
  });

  it("keeps fast alerts apart from slow ones", () => {
    const found = paces('expr: "rate(a[5m]) > 1"', 'expr: "rate(a[3d]) > 1"', "expr: a > 1");
    assert.equal(found.length, 3);
    assert.ok((found[0]?.historyMs ?? 0) < (found[2]?.historyMs ?? 0));
  });

  it("says where a rule looks back further than it is proved over", () => {
    assert.equal(paces('expr: "rate(a[30d]) > 1"')[0]?.cut, true);
  });

  it("watches the control as long as a fault", () => {
    const [pace] = paces('expr: "rate(a[5m]) > 1"');
    assert.ok(pace !== undefined);
    const steps = phasesOf(pace).reduce((sum, phase) => sum + phase.steps, 0);
    assert.deepEqual(controlPhases(pace), [{ steps, under: "healthy" }]);
  });
});
