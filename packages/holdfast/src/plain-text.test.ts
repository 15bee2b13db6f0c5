import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cut, headline, oneLine, plainLines } from "./plain-text.ts";

describe("a text of somebody else's", () => {
  it("is told on one line by what the error says, without its stack", () => {
    assert.equal(headline("\nError: no such card\n    at pay (file.ts:1:1)\n"), "Error: no such card");
    assert.equal(headline("Error:  two   words"), "Error: two words");
    assert.equal(headline(""), "");
  });

  it("drives no terminal, on one line or on its own", () => {
    assert.equal(oneLine("a\u001b[2Jb\nc"), "a\uFFFD[2Jb c");
    assert.deepEqual(plainLines("a\u001b[31m\n\tb"), ["a\uFFFD[31m", "    b"]);
    assert.equal(headline("x\u202Ey"), "x\uFFFDy");
  });

  it("is cut to a width", () => {
    assert.equal(cut("abcdef", 4), "abc…");
    assert.equal(cut("abcd", 4), "abcd");
  });
});
