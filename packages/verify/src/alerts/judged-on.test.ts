import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { say } from "../judgement.ts";
import { proofRecord } from "../testing/alerts.ts";
import { withJudgedOn } from "./judged-on.ts";

const record = proofRecord({ metrics: ["a", "b"], scrapes: { read: 40, failed: 0, firstError: null } });
const judgedOn = (check: string, judgement = say("pass", "because", [])): Readonly<Record<string, number>> =>
  Object.fromEntries(
    (withJudgedOn(check, judgement, record).measured ?? []).map(({ name, value }) => [name, value]),
  );

describe("what rules and dashboards are judged on", () => {
  it("is rules, ways to fail, metrics and scrapes for alerts that have to fire", () =>
    assert.deepEqual(judgedOn("alert-fires"), {
      "alerting rules": 1,
      "ways to fail put to the proof": 1,
      "metrics read": 2,
      "scrapes read": 40,
    }));

  it("is as long as healthy data lasted for alerts that have to stay quiet", () =>
    assert.equal(judgedOn("alert-stays-quiet")["data without a fault"], 3_600_000));

  it("is dashboards and queries for dashboards", () =>
    assert.deepEqual(Object.keys(judgedOn("dashboard-covers-slo")).slice(0, 2), ["dashboards", "queries"]));

  it("stands behind what a check measured itself", () => {
    const measured = [{ name: "own", value: 1, unit: "" }];
    assert.deepEqual(Object.keys(judgedOn("alert-names-provider", say("fail", "x", [], { measured }))), [
      "own",
      "alerting rules",
      "ways to fail put to the proof",
    ]);
  });

  it("is said of nothing that is open, of no other check, and of no run without a proof", () => {
    assert.deepEqual(judgedOn("alert-fires", say("inconclusive", "x", [])), {});
    assert.deepEqual(judgedOn("exists"), {});
    const bare = say("pass", "because", []);
    assert.equal(withJudgedOn("alert-fires", bare, proofRecord({}, null)), bare);
    assert.equal(withJudgedOn("alert-fires", bare, undefined), bare);
  });
});
