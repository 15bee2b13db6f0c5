import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { columnsOf, wrapped } from "./columns.ts";

describe("columns of a terminal", () => {
  it("counts wide letters twice, combining marks and joiners not at all", () => {
    assert.equal(columnsOf("abc"), 3);
    assert.equal(columnsOf("日本"), 4);
    assert.equal(columnsOf("🦀"), 2);
    assert.equal(columnsOf("e\u0301"), 1);
    assert.equal(columnsOf("✓ ✗ ◐ ○ –"), 9);
  });

  it("breaks lines between words, and words never", () => {
    assert.deepEqual(wrapped("one two three", 7), ["one two", "three"]);
    assert.deepEqual(wrapped("a anticonstitutional b", 7), ["a", "anticonstitutional", "b"]);
    assert.deepEqual(wrapped("日本 日本", 8), ["日本", "日本"]);
    assert.deepEqual(wrapped("", 7), []);
  });
});
