import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { linearScale, placeOf, ticksOf } from "./scale.ts";

describe("a scale", () => {
  it("places values as percentages and keeps them on the drawing", () => {
    const scale = linearScale(0, 200);
    assert.deepEqual([scale.place(0), scale.place(50), scale.place(200)], ["0%", "25%", "100%"]);
    assert.deepEqual([scale.percent(-5), scale.percent(900)], [0, 100]);
  });
  it("survives a range without extent", () => assert.equal(linearScale(3, 3).place(3), "0%"));
  it("rounds places to two digits", () => assert.equal(placeOf(33.33333), "33.33%"));
  it("has round ticks, inside the range, about as many as asked", () => {
    for (const end of [0.7, 3, 42, 214, 1_021, 10_000, 123_456]) {
      const ticks = ticksOf(linearScale(0, end), 5);
      assert.ok(ticks.length >= 3 && ticks.length <= 6, `${end}: ${ticks}`);
      assert.ok(
        ticks.every((tick) => tick >= 0 && tick <= end),
        `${end}: ${ticks}`,
      );
    }
    assert.deepEqual(ticksOf(linearScale(0, 10_000), 5), [0, 2_000, 4_000, 6_000, 8_000, 10_000]);
  });
});
