import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alertTarget, alertVerdict, firingOf, proofRecord } from "../testing/alerts.ts";
import { alertNamesProvider } from "./alert-names-provider.ts";

const judged = (firing: ReturnType<typeof firingOf>[], target = alertTarget()) =>
  alertVerdict(
    alertNamesProvider,
    proofRecord({}, { faults: [{ id: "payments/provider unavailable (5xx)", firing }] }),
    target,
  );
const bare = { alert: "Errors", labels: { alertname: "Errors", service: "checkout" }, annotations: {} };

describe("alert-names-provider", () => {
  for (const [where, facts] of [
    ["its name", { alert: "PaymentsDown" }],
    ["a label", { labels: { dependency: "payments" } }],
    ["an annotation", { annotations: { summary: "the payments API is down" } }],
  ] as const)
    it(`passes an alert that names the integration in ${where}`, () => {
      assert.equal(judged([firingOf({ ...bare, ...facts })]).verdict, "pass");
    });

  it("passes one that names the provider's host", () => {
    const target = alertTarget({
      provider: { kind: "url", url: "https://api.stripe.example", sandbox: true, maxCalls: null },
    } as never);
    const labels = { server_address: "api.stripe.example" };
    assert.equal(judged([firingOf({ ...bare, labels })], target).verdict, "pass");
  });

  it("fails where only errors are told of, whatever links say", () => {
    const annotations = { summary: "5xx high", runbook_url: "runbooks/payments.md" };
    const found = judged([firingOf({ ...bare, annotations })]);
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /no alert names payments: Errors/);
  });

  it("does not apply where nothing fired, and stays open without a proof", () => {
    assert.equal(judged([]).verdict, "not-applicable");
    assert.equal(alertVerdict(alertNamesProvider, undefined).verdict, "inconclusive");
  });
});
