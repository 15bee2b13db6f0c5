import assert from "node:assert/strict";
import { it } from "node:test";
import { describeFound } from "./found.ts";

it("names what was found in a few words", () => {
  const names = ["two", "x".repeat(80), 5, true, null, undefined, [], [1], {}].map(describeFound);
  assert.deepEqual(names, [
    '"two"',
    `"${"x".repeat(57)}…"`,
    "5",
    "true",
    "nothing",
    "nothing",
    "an empty list",
    "a list",
    "a mapping",
  ]);
});
