import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { marked, markOf } from "./generated-mark.ts";

describe("the mark of a generated text", () => {
  it("tells our own, our own with a change, and others apart", () => {
    const text = marked("groups: []\n", "alerts");
    assert.equal(markOf(text), "ours");
    assert.equal(markOf(`${text}# mine\n`), "edited");
    assert.equal(markOf(text.replace("[]", "[a]")), "edited");
    assert.equal(markOf("groups: []\n"), "foreign");
    assert.equal(markOf(`\n${text}`), "foreign");
    assert.equal(markOf(""), "foreign");
  });
});
