import assert from "node:assert/strict";
import { it } from "node:test";
import { freshSeed } from "./system-random.ts";

it("gives a new seed every time, whole and short enough to type", () => {
  const seeds = new Set(Array.from({ length: 50 }, freshSeed));
  assert.ok(seeds.size > 45);
  for (const seed of seeds) assert.ok(Number.isInteger(seed) && seed >= 1 && seed < 2 ** 31);
});
