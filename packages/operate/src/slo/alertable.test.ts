import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alertable } from "./alertable.ts";

const dayMs = 86_400_000;
const hours = (those: readonly { readonly longMs: number }[]): readonly number[] =>
  those.map(({ longMs }) => longMs / 3_600_000);

describe("a target that is alerted on", () => {
  it("has every pair where a total outage exceeds each threshold", () => {
    const can = alertable(0.999, 30 * dayMs);
    assert.ok("pairs" in can);
    assert.deepEqual([hours(can.pairs), can.dead, can.slow], [[1, 6, 24, 72], [], []]);
  });

  it("loses the fast window below 93.06 %, where not even a total outage would fire it", () => {
    for (const [target, dead] of [
      [0.9306, []],
      [0.9305, [1]],
      [0.9, [1]],
    ] as const) {
      const can = alertable(target, 30 * dayMs);
      assert.ok("pairs" in can);
      assert.deepEqual(hours(can.dead), dead);
    }
  });

  it("is refused where nothing could ever fire, with the target that would do", () => {
    const can = alertable(0.5, 90 * dayMs);
    assert.ok("problem" in can);
    assert.equal(can.problem.code, "SLO_CANNOT_ALERT");
    assert.match(can.problem.expected, /^a target above 66\.7%/);
    assert.ok("pairs" in alertable(0.667, 90 * dayMs));
  });

  it("is refused without a budget", () => {
    const can = alertable(1, 30 * dayMs);
    assert.ok("problem" in can && can.problem.code === "SLO_WITHOUT_BUDGET");
  });

  it("is refused for a period that the windows do not fit", () => {
    for (const days of [6.9, 90.1, 365]) {
      const can = alertable(0.999, days * dayMs);
      assert.ok("problem" in can && can.problem.code === "SLO_PERIOD");
    }
    for (const days of [7, 90]) assert.ok("pairs" in alertable(0.999, days * dayMs));
  });

  it("leaves out alerts that would fire below the least burn rate", () => {
    const can = alertable(0.999, 7 * dayMs, 1);
    assert.ok("pairs" in can);
    assert.deepEqual(
      [hours(can.pairs), hours(can.slow)],
      [
        [1, 6],
        [24, 72],
      ],
    );
  });
});
