import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StandstillRecord } from "./model.ts";
import { stoodStillInCall, stoodStillInLoad, stoodStillShare } from "./standstills.ts";

const still = (fromMs: number, toMs: number): StandstillRecord => ({ type: "standstill", fromMs, toMs });

describe("a machine that stood still", () => {
  const call = { startedMs: 1_000, untilMs: 2_000 };

  it("tells nothing of a call that it began, held up or ended in, and says for how long", () => {
    for (const one of [still(500, 1_100), still(1_200, 1_600), still(1_900, 2_600)]) {
      assert.match(
        stoodStillInCall(call, [one], true) ?? "",
        /^this machine stood still for \d+ ms meanwhile$/,
      );
    }
    const worst = stoodStillInCall(call, [still(1_100, 1_500), still(1_500, 3_000)], true);
    assert.equal(worst, "this machine stood still for 1.5 s meanwhile");
  });

  it("is none of the business of calls before and after, and a short one of nobody's", () => {
    for (const one of [still(400, 1_000), still(2_000, 5_000), still(1_200, 1_499)]) {
      assert.equal(stoodStillInCall(call, [one], true), null);
    }
  });

  it("counts from a second on where only the end of a call is judged", () => {
    assert.equal(stoodStillInCall(call, [still(1_200, 2_190)], false), null);
    assert.match(stoodStillInCall(call, [still(1_200, 2_200)], false) ?? "", /1 s/);
  });

  it("is busy where it stood still again and again, by the share of the time", () => {
    const run = { startedMs: 0, untilMs: 10_000 };
    const often = [0, 1, 2, 3, 4].map((second) => still(second * 2_000, second * 2_000 + 400));
    assert.equal(stoodStillShare(run, often), 0.2);
    assert.equal(stoodStillShare(run, often.slice(1)), 0, "four times are moments");
    assert.equal(
      stoodStillShare({ startedMs: 2_000, untilMs: 10_000 }, often),
      0,
      "what was before is no matter",
    );
    assert.equal(stoodStillShare({ startedMs: 0, untilMs: 0 }, []), 0);
  });

  it("counts by its share of a long call, and by a second in a load", () => {
    const long = { startedMs: 0, untilMs: 20_000 };
    assert.equal(stoodStillInCall(long, [still(3_000, 4_900)], true), null);
    assert.match(stoodStillInCall(long, [still(3_000, 5_100)], true) ?? "", /2.1 s/);
    assert.equal(stoodStillInLoad(long, [still(3_000, 3_999)]), null);
    assert.match(stoodStillInLoad(long, [still(3_000, 4_000)]) ?? "", /1 s/);
  });
});
