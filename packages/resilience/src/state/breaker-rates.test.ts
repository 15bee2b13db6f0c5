import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { outcomeFailure, outcomeSuccess } from "./breaker-settings.ts";
import { benchBreaker } from "./testing/bench-breaker.ts";

const [success, failure] = [outcomeSuccess, outcomeFailure];

describe("the rates of a breaker", () => {
  it("does not open for slow calls that there were not, because of failures, even where their rate is 0", () => {
    const { call, told } = benchBreaker({ failureRate: 1, slowRate: 0, minCalls: 0, slowOverMs: 100 });
    call(0, success);
    call(1, failure);
    assert.deepEqual(told, []);
  });

  for (const [what, wrong] of [
    ["failed", { failureRate: 0.5 }],
    ["was slow", { slowOverMs: 100, slowRate: 0.5 }],
  ] as const) {
    it(`opens when the good calls around the one that ${what} have been forgotten`, () => {
      const { breaker, start, call, told } = benchBreaker({ ...wrong, minCalls: 1 });
      for (let at = 0; at < 2; at++) call(at, success);
      const flight = start(5_000);
      assert.ok(flight !== null);
      breaker.settle(flight, 5_000 + (what === "failed" ? 0 : 101), what === "failed" ? failure : success);
      call(5_200, success);
      assert.deepEqual(told, []);
      assert.equal(breaker.state(9_900), "closed");
      assert.equal(breaker.state(11_500), "open");
    });
  }
});
