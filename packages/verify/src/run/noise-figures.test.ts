import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { controlWaitsMin, noiseOf } from "./noise-figures.ts";

describe("noise", () => {
  const waits = (count: number, latenessMs: number, quiet: boolean) =>
    Array.from({ length: count }, () => ({ latenessMs, quiet }));

  it("is taken from the quiet phases when they hold enough", () => {
    const mixed = [...waits(controlWaitsMin, 1, true), ...waits(100, 40, false)];
    assert.equal(noiseOf(mixed).maxMs, 1);
    assert.equal(noiseOf(mixed.slice(1)).maxMs, 40);
  });

  it("scales the median deviation to a standard deviation", () => {
    const noise = noiseOf([1, 2, 3, 4, 100].map((latenessMs) => ({ latenessMs, quiet: false })));
    assert.equal(noise.p50Ms, 3);
    assert.equal(noise.sigmaMs, 1.4826);
    assert.equal(noise.maxMs, 100);
  });
});
