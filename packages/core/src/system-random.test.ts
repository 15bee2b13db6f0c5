import assert from "node:assert/strict";
import { it } from "node:test";
import { freshSeed, systemRandom } from "./system-random.ts";

it("gives a new seed every time, whole and short enough to type", () => {
  const seeds = new Set(Array.from({ length: 50 }, freshSeed));
  assert.ok(seeds.size > 45);
  for (const seed of seeds) assert.ok(Number.isInteger(seed) && seed >= 1 && seed < 2 ** 31);
});

it("draws numbers within their bounds, spread over them, and never the same sequence", () => {
  const numbers = Array.from({ length: 4_000 }, () => systemRandom.next());
  assert.ok(numbers.every((number) => number >= 0 && number < 1));
  assert.equal(new Set(numbers).size, numbers.length);
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  // Six standard errors around a half.
  assert.ok(Math.abs(mean - 0.5) < 6 * Math.sqrt(1 / 12 / numbers.length), String(mean));
  for (let draw = 0; draw < 200; draw++) {
    assert.ok(systemRandom.between(5, 6) >= 5 && systemRandom.between(5, 6) <= 6);
    assert.ok([3, 4, 5].includes(systemRandom.integer(3, 5)));
    assert.ok(["a", "b"].includes(systemRandom.pick(["a", "b"])));
  }
  assert.equal(new Set(Array.from({ length: 50 }, () => systemRandom.fork("x").next())).size, 50);
});
