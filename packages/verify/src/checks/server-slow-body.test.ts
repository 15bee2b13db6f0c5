import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { evidenceWith, verdictOf } from "../testing/evidence.ts";
import { asked, madeBy, plannedBy, servingTarget } from "../testing/served.ts";
import { serverSlowBody } from "./server-slow-body.ts";

function judged(endedMs: number | null, target = servingTarget()) {
  const slow = Array.from({ length: 50 }, () => ({
    ...asked("slow", endedMs === null ? null : 408),
    startedMs: 0,
    endedMs,
  }));
  const found = madeBy("slow-clients", "slow-body", [
    { requests: slow, endedAt: 15_000, outcome: "succeeded" },
  ]);
  return verdictOf(serverSlowBody, evidenceWith({ "slow-body": found }), target);
}

describe("server-slow-body", () => {
  it("passes when slow connections are ended in time, and advises when they stand", () => {
    assert.equal(judged(5_000).verdict, "pass");
    assert.equal(judged(null).verdict, "advice");
  });

  it("watches them longer than they may last, twenty seconds at most", () => {
    const target = servingTarget();
    const [plan] = plannedBy(serverSlowBody, target);
    assert.equal(plan?.horizonMs, 15_000);
    assert.deepEqual(plan?.procedure, { kind: "slow-clients", slow: "body", connections: 50 });
  });

  it("is inconclusive without a sample", () => {
    const target = servingTarget();
    assert.equal(verdictOf(serverSlowBody, evidenceWith({}), target).verdict, "inconclusive");
  });

  it("does not apply to a request without a body", () => {
    const act = {
      kind: "http",
      request: { method: "POST", path: "/orders" },
      headers: {},
      body: null,
    } as const;
    const found = judged(null, servingTarget({ scenario: { act } }));
    assert.deepEqual(
      [found.verdict, found.because],
      ["not-applicable", "the scenario's request has no body"],
    );
  });

  it("watches as long as it may where no deadline is declared", () => {
    const target = servingTarget({ serves: { deadlineMs: null } });
    const [plan] = plannedBy(serverSlowBody, target);
    assert.equal(plan?.horizonMs, 20_000);
  });
});
