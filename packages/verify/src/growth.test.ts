import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Random, seededRandom } from "@holdfast/core";
import { type Growth, judgeGrowth } from "./growth.ts";
import { type Schedule, schedules, simulate } from "./testing/schedules.ts";

/** How often, in 100 simulated runs, waits are called growing or flat; on a busy machine, `late` makes each wait longer. */
function share(
  schedule: Schedule,
  calls: number,
  gaps: number,
  verdict: Growth["verdict"],
  busy?: { readonly late: (wait: number, random: Random) => number; readonly noiseMs: number },
): number {
  const random = seededRandom(11);
  let found = 0;
  for (let round = 0; round < 100; round++) {
    const rows = simulate(schedule, calls, gaps, random);
    const seen = busy === undefined ? rows : rows.map((row) => row.map((wait) => busy.late(wait, random)));
    if (judgeGrowth(seen, random, busy?.noiseMs).verdict === verdict) found += 1;
  }
  return found / 100;
}

describe("the growth of waits", () => {
  for (const gaps of [2, 3, 5]) {
    for (const name of ["steady", "steadyShort", "steadyTwentyPercent", "steadyFull", "shrinking"] as const) {
      it(`calls ${gaps} ${name} waits growing in 2 % of runs at most`, () => {
        assert.ok(share(schedules[name], 12, gaps, "growing") <= 0.02);
      });
    }

    it(`calls ${gaps} waits of exponential and linear schedules growing, with no, ±10 % or equal jitter`, () => {
      for (const name of ["exponential", "linear", "tenPercent", "additive", "equal"] as const) {
        assert.ok(share(schedules[name], 12, gaps, "growing") >= 0.98, name);
      }
    });

    it(`never calls ${gaps} growing waits flat`, () => {
      for (const name of ["exponential", "linear", "equal", "full", "additive"] as const) {
        assert.ok(share(schedules[name], 12, gaps, "flat") <= 0.01, name);
      }
    });
  }

  it("calls steady waits flat, with little jitter or none", () => {
    for (const name of ["steady", "steadyShort", "steadyTwentyPercent", "shrinking"] as const) {
      assert.ok(share(schedules[name], 12, 3, "flat") >= 0.95, name);
    }
  });

  it("finds growth under full jitter as the note's table says: 97 % with 10 calls and 3 waits, 91 % with 20 and 2", () => {
    assert.ok(share(schedules.full, 10, 3, "growing") >= 0.9);
    assert.ok(share(schedules.full, 20, 2, "growing") >= 0.85);
    assert.ok(share(schedules.full, 20, 4, "growing") >= 0.98);
  });

  it("finds the growth of a schedule that reaches its cap at once", () => {
    assert.ok(share(schedules.capped, 12, 3, "growing") >= 0.98);
  });

  it("does not call growing waits flat when a busy machine made some of them late", () => {
    const flat = (noiseMs: number): number => {
      const random = seededRandom(5);
      let found = 0;
      for (let round = 0; round < 300; round++) {
        const rows = simulate(schedules.full, 40, 2, random).map((row) =>
          row.map((wait) => wait + (random.next() < 0.25 ? random.between(100, 1_000) : 0)),
        );
        if (judgeGrowth(rows, random, noiseMs).verdict === "flat") found += 1;
      }
      return found / 300;
    };

    assert.ok(flat(6) > 0.02, "the lateness is enough to mislead a judge who does not know of it");
    assert.ok(flat(1_000) <= 0.01);
  });

  for (const name of ["steady", "steadyTwentyPercent", "steadyFull"] as const) {
    it(`does not call ${name} waits growing because a busy machine made a tenth of them late`, () => {
      const most = name === "steadyFull" ? 0.05 : 0.02;
      for (const calls of [12, 20, 40]) {
        const late = (wait: number, random: Random) =>
          wait + (random.next() < 0.1 ? random.between(100, 600) : 0);
        assert.ok(
          share(schedules[name], calls, 2, "growing", { late, noiseMs: 500 }) <= most,
          `${calls} calls`,
        );
      }
    });
  }

  it("finds the growth of full jitter in most runs of 40 calls whose every wait is 20 ms late on average", () => {
    const late = (wait: number, random: Random) => wait - 20 * Math.log(1 - random.next());
    assert.ok(share(schedules.full, 40, 2, "growing", { late, noiseMs: 90 }) >= 0.8);
  });

  it("says nothing of one call, or of one wait", () => {
    const random = seededRandom(1);
    assert.equal(judgeGrowth([[100, 200, 400]], random).verdict, "undecided");
    assert.equal(judgeGrowth([[100], [100], [100]], random).verdict, "undecided");
  });

  it("gives the ratio with its interval around it", () => {
    const found = judgeGrowth(simulate(schedules.exponential, 12, 3, seededRandom(3)), seededRandom(4));
    assert.ok(found.interval[0] <= found.ratio && found.ratio <= found.interval[1]);
    assert.ok(Math.abs(found.ratio - 2) < 0.1);
  });
});
