import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alertTarget, alertVerdict } from "../testing/alerts.ts";
import { sloDeclared } from "./slo-declared.ts";

const judged = (slo: { availability: number | null; latency: Record<string, number> | null } | null) =>
  alertVerdict(
    sloDeclared,
    undefined,
    alertTarget({ slo: slo === null ? null : { windowMs: null, ...slo } }),
  );

describe("slo-declared", () => {
  it("passes an objective that leaves a budget", () => {
    assert.equal(judged({ availability: 0.999, latency: { p99: 1_000 } }).verdict, "pass");
    assert.match(judged({ availability: null, latency: { p99: 1_000 } }).because, /latency/);
  });

  it("advises where there is none", () => {
    const found = judged(null);
    assert.equal(found.verdict, "advice");
    assert.match(found.because, /no objective is declared for payments/);
  });

  it("fails one that no alert can watch, or that is empty", () => {
    assert.equal(judged({ availability: 1, latency: null }).verdict, "fail");
    assert.match(judged({ availability: 1, latency: null }).diagnosis ?? "", /99\.9%/);
    assert.equal(judged({ availability: null, latency: null }).verdict, "fail");
  });
});
