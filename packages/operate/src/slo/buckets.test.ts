import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { durationEdges, placeAmongEdges } from "./buckets.ts";

describe("edges of buckets", () => {
  it("are found exactly, whatever the unit", () => {
    for (const edge of durationEdges)
      assert.deepEqual(placeAmongEdges(edge * 1_000, durationEdges), { kind: "edge", seconds: edge });
  });

  it("are told on both sides of a limit that is none", () => {
    const place = (ms: number) => placeAmongEdges(ms, durationEdges);
    assert.deepEqual(place(1_200), { kind: "between", below: 1, above: 2.5 });
    assert.deepEqual(place(1), { kind: "between", below: null, above: 0.005 });
    assert.deepEqual(place(30_000), { kind: "between", below: 10, above: null });
  });

  it("may come in any order", () => {
    assert.deepEqual(placeAmongEdges(2_000, [3, 1]), { kind: "between", below: 1, above: 3 });
  });
});
