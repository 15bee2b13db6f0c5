import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { callRecord } from "../testing/observations.ts";
import { addedTimes, slowerThan, usualTimes } from "./added-time.ts";

const call = (id: string, endedMs: number | null, facts: Parameters<typeof callRecord>[1] = {}) =>
  callRecord(id, { startedMs: 0, endedMs, horizonMs: 5_000, phase: "sample", outcome: "failed", ...facts });
const healthy = { phase: "warm-up", outcome: "succeeded", experiment: "order/a" } as const;

describe("the time that a way to fail adds to calls", () => {
  it("is what they take beyond the median of healthy calls of their scenario", () => {
    const calls = [
      call("a", 100, healthy),
      call("b", 300, healthy),
      call("c", 200, healthy),
      call("d", 9_000),
    ];
    const usual = usualTimes(calls, (experiment) => experiment.split("/")[0] ?? "");
    assert.equal(usual.get("order"), 200);
    assert.deepEqual(addedTimes([call("e", 1_200), call("f", 1_300)], 200), [1_000, 1_100]);
  });

  it("is at least the horizon where the caller has no answer", () => {
    assert.deepEqual(addedTimes([call("a", null)], 200), [4_800]);
  });

  it("is slow beyond a limit, not at it", () => {
    assert.deepEqual(slowerThan([1_000, 1_100, 50], { p99: 1_000, "p99.9": 2_000 }), { p99: 1, "p99.9": 0 });
  });
});
