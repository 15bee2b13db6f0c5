import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ownTimeMs } from "./limits.ts";
import type { ObservedCall } from "./model.ts";

function took(durationsMs: readonly number[]): { readonly healthy: readonly ObservedCall[] } {
  return { healthy: durationsMs.map((ms) => ({ startedMs: 5, endedMs: 5 + ms }) as ObservedCall) };
}

describe("a service's own time", () => {
  it("is what nine of ten healthy calls take, and nothing where none was seen", () => {
    const tens = Array.from({ length: 11 }, (_, index) => index * 10);
    assert.equal(ownTimeMs(took(tens)), 90);
    assert.equal(ownTimeMs(took([])), 0);
  });

  it("lengthens no deadline by more than two seconds", () => {
    assert.equal(ownTimeMs(took([9_000, 9_000])), 2_000);
  });
});
