import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { type Contract, loadContract } from "@holdfast/contract";
import { type Checklist, judge, type Observation, readRun } from "@holdfast/verify";
import { observeAlerts } from "../../packages/verify/src/alerts/run-prove-alerts.ts";
import { folder, holdfast } from "./support/cli.ts";
import { withoutPrometheus } from "./support/prometheus.ts";

const contractFile = join(import.meta.dirname, "../../examples/checkout/hardened/holdfast.yaml");
const only = ["operations/dashboards-alerts", "operations/runbooks"];

type Run = Extract<Observation, { type: "run" }>;

/** A generated file of rules without the alerts whose names match. */
function without(text: string, names: RegExp): string {
  const parts = text.split(/^(?= {6}- | {2}- name)/m);
  return parts.filter((part) => !names.test(/^ {6}- alert: (\w+)/.exec(part)?.[1] ?? "")).join("");
}

describe("the alerts of the hardened checkout, proved by verify", {
  skip: withoutPrometheus,
  timeout: 300_000,
}, () => {
  const { path, remove } = folder({});
  let verified: Checklist;
  let contract: Contract;
  let observations: readonly Observation[];

  before(async () => {
    const ended = await holdfast(
      ["verify", contractFile, "--only", only.join(","), "--json", "--out", "run"],
      {
        cwd: path,
      },
    );
    assert.equal(ended.status, 0, ended.stderr);
    assert.match(ended.stderr, /Proving alerts, dashboards and runbooks[\s\S]*Judging/);
    verified = JSON.parse(ended.stdout) as Checklist;
    const read = await loadContract(contractFile, {});
    assert.ok("contract" in read);
    ({ contract } = read);
    observations = readRun(join(path, "run")).observations;
  });
  after(remove);

  /** What of the run would have been found wrong with these rules in place of its own. */
  async function wrongWith(change: (run: Run) => Run): Promise<Record<string, string>> {
    const seen = observations
      .filter(({ type }) => type !== "alert-proof")
      .map((one) => (one.type === "run" ? change(one) : one));
    const experiments = seen.flatMap((one) => (one.type === "experiment" ? [one.experiment] : []));
    const { signal } = new AbortController();
    const given = { contract, observations: seen, experiments, environment: process.env, signal, only };
    return wrongIn([...seen, ...(await observeAlerts(given))]);
  }

  function wrongIn(seen: readonly Observation[]): Record<string, string> {
    const checklist = judge({
      contract,
      observations: seen,
      only,
      today: "2026-11-28",
      repeat: () => "",
    });
    const judged = checklist.items.flatMap(({ checks }) => checks);
    const open = judged.filter(({ verdict }) => !["pass", "not-applicable", "not-tested"].includes(verdict));
    return Object.fromEntries(open.map(({ id, verdict }) => [id, verdict]));
  }

  const withRules = (change: (text: string) => string) => (run: Run) => ({
    ...run,
    operations: {
      dashboards: run.operations?.dashboards ?? [],
      rules: (run.operations?.rules ?? []).map((file) => ({ ...file, text: change(file.text) })),
    },
  });

  it("are seen to fire under the outage, and to resolve, by Prometheus' own evaluation", () => {
    const proof = observations.findLast((one) => one.type === "alert-proof")?.proof;
    const fault = proof?.faults.find(({ id }) => id === "payments/provider unavailable (5xx)");
    const fast = fault?.firing.find(
      ({ alert, labels }) => alert === "ErrorBudgetBurn1h" && labels["slo"] === "payments-availability",
    );
    assert.ok(fast !== undefined && fast.resolvedAtMs !== null, JSON.stringify(fault));
    // At 99.9 % a total outage is told after 0.86 min; a scrape and an evaluation a minute each come on top.
    assert.ok(fast.firedAtMs >= 0.86 * 60_000 && fast.firedAtMs <= 180_000, String(fast.firedAtMs));
    assert.ok(fast.resolvedAtMs <= 360_000, String(fast.resolvedAtMs));
    assert.deepEqual(proof?.control, []);
  });

  it("show in every report beside the runbook, and every panel has data", () => {
    const items = verified.items.filter(({ id }) => only.includes(id));
    assert.deepEqual(
      items.map(({ verdict }) => verdict),
      ["pass", "pass"],
      JSON.stringify(items, null, 1),
    );
    const outage = verified.alertCoverage?.find(({ failureMode }) => /5xx/.test(failureMode));
    assert.deepEqual([outage?.alert.state, outage?.runbook.state], ["fires", "covered"]);
  });

  it("read what Prometheus reads: the scrapes are sound for it", () => {
    const scrapes = observations.flatMap((one) => (one.type === "scrape" ? [one.text ?? ""] : []));
    assert.ok(scrapes.length > 10);
    const { status, stderr } = spawnSync("promtool", ["check", "metrics"], { input: scrapes.at(-1) ?? "" });
    // 1: it cannot be read; 3: it could be named better.
    assert.notEqual(status, 1, String(stderr));
  });

  it("are judged again without anything: the run holds what was proved", async () => {
    const again = await holdfast(["judge", "run", "--json", "--only", only.join(",")], {
      cwd: path,
      env: { PATH: "" },
    });
    const verdicts = ({ items }: Checklist) =>
      items.flatMap(({ checks }) => checks.map(({ verdict }) => verdict));
    assert.deepEqual(verdicts(JSON.parse(again.stdout) as Checklist), verdicts(verified), again.stderr);
  });

  it("turn exactly `alert-fires` red when the alerts are taken out of the files", async () => {
    const change = withRules((text) => without(text, /./));
    assert.deepEqual(await wrongWith(change), { "alert-fires": "fail" });
  });

  it("turn exactly `linked-from-alert` red when the link to the runbook is taken out", async () => {
    // The slow ones tell nothing more here.
    const change = withRules((text) => without(text, /Burn\d+d$/).replaceAll(/^ +runbook_url: .*\n/gm, ""));
    assert.deepEqual(await wrongWith(change), { "linked-from-alert": "fail" });
  });

  it("turn exactly `complete` red when a section of the runbook is taken out", () => {
    const change = (run: Run): Run => {
      const { payments } = run.runbooks;
      const text = (payments?.text ?? "")
        .replace(/^## Escalation\n[^#]*/m, "")
        .replaceAll(/escalat\w*|on-call/gi, "");
      return { ...run, runbooks: { payments: { path: payments?.path ?? "", text } } };
    };
    const seen = observations.map((one) => (one.type === "run" ? change(one) : one));
    assert.deepEqual(wrongIn(seen), { complete: "fail" });
  });

  it("may be written by hand", async () => {
    const calls = 'holdfast_resilience_calls_total{holdfast_resilience_policy="payments"';
    const rate = (more: string): string => `sum(rate(${calls}${more}}[5m]))`;
    const failed = rate(', holdfast_resilience_outcome!="success"');
    const text = [
      "groups:",
      "  - name: team",
      "    rules:",
      "      - alert: PaymentsFail",
      `        expr: ${failed} / ${rate("")} > 0.2`,
      "        for: 2m",
      "        labels: { severity: page }",
      "        annotations: { summary: calls to payments fail, runbook_url: runbooks/payments.md#diagnosis }",
    ].join("\n");
    const byHand = (run: Run): Run => ({
      ...run,
      operations: {
        // The dashboard reads what the generated rules record.
        dashboards: [],
        rules: [{ path: "ops/team.yml", text }],
      },
    });
    assert.deepEqual(await wrongWith(byHand), { "dashboard-covers-slo": "advice" });
  });
});
