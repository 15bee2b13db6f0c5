import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RunbookFacts } from "../alerts/model.ts";
import { alertTarget, alertVerdict, proofRecord } from "../testing/alerts.ts";
import { commandsResolve } from "./commands-resolve.ts";

const facts = (over: Partial<RunbookFacts> = {}): RunbookFacts => ({
  integration: "payments",
  path: "runbooks/payments.md",
  metrics: ["calls_total"],
  alerts: ["PaymentsFail"],
  unread: [],
  files: [{ name: "./drain.sh", exists: true }],
  programs: [{ name: "curl", found: "known" }],
  ...over,
});
const judged = (over: Partial<RunbookFacts>, record: Parameters<typeof proofRecord>[0] = {}) =>
  alertVerdict(commandsResolve, proofRecord({ runbooks: [facts(over)], ...record }));

describe("commands-resolve", () => {
  it("passes a runbook whose names are all there", () => {
    const found = judged({});
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /4 names/);
  });

  for (const [what, over, says] of [
    ["a metric", { metrics: ["call_total"] }, /metric call_total, which nothing exports/],
    ["an alert", { alerts: ["PaymentsGone"] }, /alert PaymentsGone, which no rule has/],
    ["a file", { files: [{ name: "./gone.sh", exists: false }] }, /file \.\/gone\.sh, which does not exist/],
    ["a query", { unread: ["rate(x[5m]"] }, /cannot be read/],
  ] as const)
    it(`fails ${what} that is not there`, () => {
      const found = judged(over);
      assert.equal(found.verdict, "fail");
      assert.match(found.because, says);
    });

  it("knows metrics that our own libraries make with their first event", () => {
    const metrics = ["holdfast_resilience_fallbacks_total"];
    assert.equal(judged({ metrics }).verdict, "fail");
    assert.equal(judged({ metrics }, { metrics: ["holdfast_resilience_calls_total"] }).verdict, "pass");
  });

  it("stays open where nobody can tell", () => {
    assert.equal(judged({ programs: [{ name: "paymentctl", found: "nowhere" }] }).verdict, "inconclusive");
    assert.match(judged({}, { metrics: [] }).because, /declare service\.metrics/);
    assert.match(judged({}, { alerts: [] }).because, /declare operations\.rules/);
    assert.equal(alertVerdict(commandsResolve, undefined).verdict, "inconclusive");
  });

  it("does not apply where there is no runbook, or it names nothing", () => {
    const none = alertTarget({ runbook: null });
    assert.equal(alertVerdict(commandsResolve, proofRecord(), none).verdict, "not-applicable");
    assert.equal(alertVerdict(commandsResolve, proofRecord(), undefined, null).verdict, "not-applicable");
    const nothing = { metrics: [], alerts: [], files: [], programs: [] };
    assert.equal(judged(nothing).verdict, "not-applicable");
  });
});
