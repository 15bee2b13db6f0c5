import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { logVolume } from "./log-volume.ts";

function judged(
  failing: number | null,
  healthy: number | null,
  count = 12,
  outcome: "failed" | "succeeded" = "failed",
) {
  const log = (lines: number | null) => (lines === null ? null : { lines });
  const calls = times(count, { attempts: [{ at: 0 }], outcome, log: log(failing) });
  const healthyCall = () => ({ log: log(healthy) });
  return verdictOf(logVolume, evidenceWith({ "503-forever": calls }, { healthyCall }));
}

describe("log-volume", () => {
  it("passes up to ten times a healthy call", () => {
    assert.equal(judged(20, 2).verdict, "pass");
    assert.match(judged(20, 2).because, /20 log lines, a healthy one 2; at most 20/);
  });

  it("advises beyond that", () => {
    assert.equal(judged(21, 2).verdict, "advice");
    assert.equal(judged(300, 1).severity, "low");
  });

  it("grants one line to a service that is silent when all is well", () => {
    assert.equal(judged(10, 0).verdict, "pass");
    assert.equal(judged(11, 0).verdict, "advice");
  });

  it("takes three failing calls, and no fewer", () => {
    assert.equal(judged(20, 2, 3).verdict, "pass");
    assert.equal(judged(20, 2, 2).verdict, "inconclusive");
  });

  it("is inconclusive without captured logs", () => {
    assert.equal(judged(null, 2).verdict, "inconclusive");
    assert.equal(judged(20, null).verdict, "inconclusive");
  });

  it("does not apply without a failed call or without a service", () => {
    assert.equal(judged(300, 1, 12, "succeeded").verdict, "not-applicable");
    assert.equal(
      verdictOf(logVolume, evidenceWith({}), targetWith({ service: null })).verdict,
      "not-applicable",
    );
  });
});
