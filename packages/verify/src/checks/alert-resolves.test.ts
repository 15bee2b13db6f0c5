import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alertVerdict, firingOf, proofRecord } from "../testing/alerts.ts";
import { alertResolves } from "./alert-resolves.ts";

const judged = (...firing: ReturnType<typeof firingOf>[]) =>
  alertVerdict(
    alertResolves,
    proofRecord({}, { faults: [{ id: "payments/provider unavailable (5xx)", firing }] }),
  );

describe("alert-resolves", () => {
  it("passes alerts that end, and tells when the last did", () => {
    const found = judged(firingOf(), firingOf({ alert: "Slow", resolvedAtMs: 21_600_000 }));
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /2 firings ended, the last after 6 h/);
  });

  it("fails one that fires on when nothing is left in its windows", () => {
    const found = judged(firingOf(), firingOf({ resolvedAtMs: null }));
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /PaymentsFail still fires after 60 min of healthy calls/);
  });

  it("stays open where it was watched for less than it looks back", () => {
    assert.equal(judged(firingOf({ resolvedAtMs: null, watchedMs: 300_000 })).verdict, "inconclusive");
    assert.equal(alertVerdict(alertResolves, undefined).verdict, "inconclusive");
  });

  it("does not apply where nothing fired", () => {
    assert.equal(judged().verdict, "not-applicable");
  });
});
