import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { evidenceWith, verdictOf } from "../testing/evidence.ts";
import { asked, madeBy, plannedBy, servingTarget } from "../testing/served.ts";
import { serverSlowHeaders } from "./server-slow-headers.ts";

function judged(endedMs: number | null, target = servingTarget()) {
  const slow = Array.from({ length: 50 }, () => ({
    ...asked("slow", endedMs === null ? null : 408),
    startedMs: 0,
    endedMs,
  }));
  const found = madeBy("slow-clients", "slow-head", [
    { requests: slow, endedAt: 15_000, outcome: "succeeded" },
  ]);
  return verdictOf(serverSlowHeaders, evidenceWith({ "slow-head": found }), target);
}

describe("server-slow-headers", () => {
  it("passes when slow connections are ended in time, and advises when they stand", () => {
    assert.equal(judged(5_000).verdict, "pass");
    assert.equal(judged(null).verdict, "advice");
  });

  it("watches them longer than they may last, twenty seconds at most", () => {
    const target = servingTarget();
    const [plan] = plannedBy(serverSlowHeaders, target);
    assert.equal(plan?.horizonMs, 15_000);
    assert.deepEqual(plan?.procedure, { kind: "slow-clients", slow: "head", connections: 50 });
  });

  it("is inconclusive without a sample", () => {
    const target = servingTarget();
    assert.equal(verdictOf(serverSlowHeaders, evidenceWith({}), target).verdict, "inconclusive");
  });

  it("does not apply to what is not declared, or not served in plain HTTP", () => {
    const other = servingTarget({ serves: { request: { method: "GET", path: "/orders" } } });
    assert.equal(judged(null, other).verdict, "not-applicable");
    const tls = servingTarget({ service: { url: "https://127.0.0.1:${port}" } });
    assert.match(judged(null, tls).because, /is not plain HTTP/);
  });
});
