import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { carries } from "./marker.ts";

describe("a marker", () => {
  it("is carried only by the whole value", () => {
    assert.ok(carries(["A=1", "HOLDFAST_RUN=r1"], { run: "r1", instance: null }));
    assert.ok(!carries(["HOLDFAST_RUN=r10"], { run: "r1", instance: null }));
    assert.ok(!carries(["HOLDFAST_RUN=r1", "HOLDFAST_INSTANCE=i2"], { run: "r1", instance: "i1" }));
  });
});
