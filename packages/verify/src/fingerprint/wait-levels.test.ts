import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { byIndex, schedules, simulate } from "../testing/schedules.ts";
import type { JitterReading, JitterSeen } from "./jitter-kind.ts";
import { baseOf } from "./wait-levels.ts";

/** How often, in 300 runs of full jitter below 100 ms, doubled at each step, the interval of the base holds the 100 ms. */
function held(calls: number, kind: JitterSeen | null, possible: readonly JitterSeen[]): number {
  const random = seededRandom(7);
  const jitter: JitterReading = { kind, possible, width: 2, interval: [1, 3] };
  let holds = 0;
  for (let round = 0; round < 300; round++) {
    const columns = byIndex(simulate(schedules.full, calls, 2, random));
    const [low, high] = baseOf(jitter, columns, 2, 5).interval;
    if (low <= 100 && high >= 100) holds += 1;
  }
  return holds / 300;
}

describe("the wait that a schedule starts from", () => {
  for (const calls of [8, 12, 40]) {
    it(`is the upper edge of full jitter, held by its interval in 95 % of runs of ${calls} calls`, () => {
      assert.ok(held(calls, "full", ["full"]) >= 0.95);
    });

    it(`may be that edge where ${calls} calls do not tell the kind of jitter`, () => {
      assert.ok(held(calls, null, ["full", "decorrelated", "polly-v2"]) >= 0.95);
    });
  }
});
