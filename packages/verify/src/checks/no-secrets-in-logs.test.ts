import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CanaryRecord, LeakRecord } from "../model.ts";
import { evidenceWith, times, verdictOf } from "../testing/evidence.ts";
import { noSecretsInLogs } from "./no-secrets-in-logs.ts";

const canary: CanaryRecord = { type: "canary", canary: "authorization", planted: 47 };
const leak: LeakRecord = {
  type: "leak",
  instance: "i1",
  experiment: "place-order/payments.charge/503-forever",
  call: "c1",
  canary: "card",
  stream: "stdout",
  atMs: 5,
  line: "card <secret>",
};
const experiments = { "503-forever": times(12, { attempts: [{ at: 0 }] }) };

describe("no-secrets-in-logs", () => {
  it("passes when nothing planted came out, and says what that bounds", () => {
    const found = verdictOf(noSecretsInLogs, evidenceWith(experiments, { canaries: [canary] }));
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /none of 47 planted secrets \(authorization\).*47 calls, 12 of them failed/);
    assert.ok((found.bound ?? 1) < 0.07);
  });

  it("fails on one line", () => {
    const found = verdictOf(
      noSecretsInLogs,
      evidenceWith(experiments, { canaries: [canary], leaks: [leak] }),
    );
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /1 log line held a secret in the clear: card/);
    assert.equal(found.severity, "high");
    assert.equal(found.evidence[0]?.call, "c1");
  });

  it("says nothing when nothing was planted", () => {
    assert.equal(verdictOf(noSecretsInLogs, evidenceWith(experiments)).verdict, "inconclusive");
    const none = evidenceWith(experiments, { canaries: [{ ...canary, planted: 0 }] });
    assert.equal(verdictOf(noSecretsInLogs, none).verdict, "inconclusive");
  });

  it("says nothing after a handful of calls", () => {
    const few = evidenceWith({}, { canaries: [canary] });
    assert.equal(
      verdictOf(noSecretsInLogs, { ...few, healthy: few.healthy.slice(0, 9) }).verdict,
      "inconclusive",
    );
  });
});
