import assert from "node:assert/strict";
import { it } from "node:test";
import { seededRandom } from "@holdfast/core";
import { fuzzScanner } from "./scanner-fuzz.ts";

it("claims a boundary only where Node's own parser sees the same one", () => {
  const result = fuzzScanner(20_000, seededRandom(20_26));

  const told = result.differences.map(
    ({ what, input }) => `${what}: ${JSON.stringify(input.toString("latin1"))}`,
  );
  assert.deepEqual(told, []);
  assert.ok(result.claimed > 5_000, `only ${result.claimed} messages were claimed`);
  assert.ok(result.unsure > 2_000, `only ${result.unsure} inputs were given up on`);
  assert.ok(result.tunnels > 20, `only ${result.tunnels} tunnels were met`);
});
