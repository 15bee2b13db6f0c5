import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alertVerdict, modeOf, proofRecord } from "../testing/alerts.ts";
import { dashboardCoversSlo } from "./dashboard-covers-slo.ts";

const outage = "payments/provider unavailable (5xx)";
const query = (facts: { metrics?: string[]; moved?: boolean; values?: number } = {}) => ({
  dashboard: "ops/shop.json",
  panel: "Errors",
  expr: "rate(calls_total[5m])",
  problem: null,
  metrics: facts.metrics ?? ["calls_total"],
  missing: [],
  healthyValues: 1,
  faults: [{ id: outage, values: facts.values ?? 1, moved: facts.moved ?? true }],
});
const judged = (
  queries: ReturnType<typeof query>[],
  dashboards: "declared" | "generated" | "none" = "declared",
) => alertVerdict(dashboardCoversSlo, proofRecord({ dashboards }, { queries }));

describe("dashboard-covers-slo", () => {
  it("passes a panel that reads what the alert reads and shows the outage", () => {
    const found = judged([query()]);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /such as Errors of ops\/shop\.json/);
    assert.equal(judged([query({ metrics: ["ALERTS"] })]).verdict, "pass");
  });

  it("fails panels that look the same in an outage, are empty, or are about something else", () => {
    assert.equal(judged([query({ moved: false })]).verdict, "fail");
    assert.equal(judged([query({ values: 0 })]).verdict, "fail");
    assert.equal(judged([query({ metrics: ["memory_bytes"] })]).verdict, "fail");
    assert.equal(judged([]).verdict, "fail");
  });

  it("advises where none is declared", () => {
    assert.equal(judged([], "none").verdict, "advice");
    assert.match(judged([query()], "generated").because, /names none/);
    assert.equal(judged([query()], "generated").verdict, "advice");
  });

  it("stays open where no call failed, and without a proof", () => {
    const calm = proofRecord({ modes: [modeOf({ failed: 0 })] }, { queries: [query()] });
    assert.equal(alertVerdict(dashboardCoversSlo, calm).verdict, "inconclusive");
    assert.equal(alertVerdict(dashboardCoversSlo, undefined).verdict, "inconclusive");
  });
});
