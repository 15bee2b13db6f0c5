import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { trimBlanks } from "./blanks.ts";

describe("blanks", () => {
  for (const [text, trimmed] of [
    ["a", "a"],
    [" \t a b\t ", "a b"],
    [" \t ", ""],
    ["", ""],
    ["\u00a0a\n", "\u00a0a\n"],
  ] as const) {
    it(`leaves ${JSON.stringify(trimmed)} of ${JSON.stringify(text)}`, () =>
      assert.equal(trimBlanks(text), trimmed));
  }
});
