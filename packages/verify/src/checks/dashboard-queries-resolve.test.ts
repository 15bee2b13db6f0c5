import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { QueryFacts } from "@holdfast/operate";
import { alertVerdict, proofRecord } from "../testing/alerts.ts";
import { dashboardQueriesResolve } from "./dashboard-queries-resolve.ts";

const query = (facts: Partial<QueryFacts> = {}): QueryFacts => ({
  dashboard: "ops/shop.json",
  panel: "Errors",
  expr: "rate(calls_total[5m])",
  problem: null,
  metrics: ["calls_total"],
  missing: [],
  healthyValues: 1,
  faults: [],
  ...facts,
});
const judged = (...queries: QueryFacts[]) =>
  alertVerdict(dashboardQueriesResolve, proofRecord({}, { queries }));

describe("dashboard-queries-resolve", () => {
  it("passes queries that found data, in health or under a fault", () => {
    const late = query({ healthyValues: 0, faults: [{ id: "f", values: 2, moved: true }] });
    const found = judged(query(), late);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /^2 queries found data/);
  });

  it("fails one that names what nothing exports, and says where", () => {
    const found = judged(query(), query({ missing: ["call_total"] }));
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /1 of 2 queries .*call_total \(Errors of ops\/shop\.json\)/);
  });

  it("takes what generated dashboards ask for in vain for nobody's failure", () => {
    const record = proofRecord(
      { dashboards: "generated" },
      { queries: [query({ missing: ["call_total"] })] },
    );
    const found = alertVerdict(dashboardQueriesResolve, record);
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /^operations\.dashboards names none; of those that holdfast generates: /);
  });

  it("fails one that Prometheus refuses, and a file that is no dashboard", () => {
    assert.equal(judged(query({ problem: { kind: "refused", says: "parse error" } })).verdict, "fail");
    const dashboards = [{ path: "ops/shop.json", queries: 0, foreign: 0, problem: "it is no dashboard" }];
    const broken = alertVerdict(dashboardQueriesResolve, proofRecord({}, { dashboards }));
    assert.equal(broken.verdict, "fail");
    assert.match(broken.because, /ops\/shop\.json: it is no dashboard/);
  });

  it("says of dashboards that Holdfast wrote how they are made anew, and whose defect a refused one is", () => {
    const board = {
      path: "ops/shop.json",
      queries: 1,
      foreign: 0,
      problem: null,
      asGenerated: true,
    } as const;
    const of = (dashboards: "declared" | "generated", facts: Partial<QueryFacts>) =>
      alertVerdict(
        dashboardQueriesResolve,
        proofRecord({ dashboards }, { dashboards: [board], queries: [query(facts)] }),
      );
    assert.match(of("declared", { missing: ["call_total"] }).diagnosis ?? "", /run it again with --run RUN/);
    const refused = { problem: { kind: "refused", says: "parse error" } } as const;
    const declared = of("declared", refused);
    assert.equal(declared.verdict, "fail");
    assert.match(declared.diagnosis ?? "", /holdfast generate dashboards wrote the file .* report it\.$/);
    const none = of("generated", refused);
    assert.equal(none.verdict, "advice");
    assert.match(none.diagnosis ?? "", /^This is a defect of Holdfast, and the file is not there/);
  });

  it("stays open where a query cannot be read or had no data", () => {
    const unread = query({ problem: { kind: "unread", says: "the variable job has no value" } });
    assert.equal(judged(query(), unread).verdict, "inconclusive");
    assert.match(judged(query(), query({ healthyValues: 0 })).because, /1 of 2 queries had no data/);
    assert.equal(judged(query({ healthyValues: 0 })).verdict, "inconclusive");
  });

  it("does not apply where there is no query", () => {
    assert.equal(judged().verdict, "not-applicable");
  });
});
