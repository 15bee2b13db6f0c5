import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alertTarget, alertVerdict, firingOf, proofRecord } from "../testing/alerts.ts";
import { alertStaysQuiet } from "./alert-stays-quiet.ts";

const judged = (control: ReturnType<typeof firingOf>[], target = alertTarget()) =>
  alertVerdict(alertStaysQuiet, proofRecord({}, { control }), target);

describe("alert-stays-quiet", () => {
  it("passes rules of which none fires without a fault", () => {
    assert.equal(judged([]).verdict, "pass");
  });

  it("fails one that fires though nothing is wrong", () => {
    const found = judged([firingOf({ firedAtMs: 0, resolvedAtMs: null })]);
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /^PaymentsFail fires/);
  });

  it("leaves an alert about another integration to that one", () => {
    const { integration, contract } = alertTarget();
    const mail = { ...integration, name: "mail" };
    const target = alertTarget({}, { integrations: [integration, mail], operations: contract.operations });
    const alert = "MailFails";
    const other = firingOf({ alert, labels: { alertname: alert, integration: "mail" }, annotations: {} });
    assert.equal(judged([other], target).verdict, "pass");
    assert.equal(judged([other], { ...target, integration: mail }).verdict, "fail");
    assert.equal(judged([firingOf({ alert: "Any", labels: {}, annotations: {} })], target).verdict, "fail");
  });

  it("does not apply where there is no alert, and stays open without a proof", () => {
    assert.equal(alertVerdict(alertStaysQuiet, proofRecord({}, { alerts: [] })).verdict, "not-applicable");
    assert.equal(alertVerdict(alertStaysQuiet, undefined).verdict, "inconclusive");
  });
});
