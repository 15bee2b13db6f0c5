import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { columnsOf } from "@holdfast/core";
import {
  asSentence,
  clauses,
  durationText,
  intervalText,
  oneLine,
  padded,
  quantityText,
  quotedParts,
  shortened,
} from "./text.ts";

describe("durationText", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0 ms"],
    [0.01, "0 ms"],
    [0.4, "0.4 ms"],
    [9.96, "10 ms"],
    [12.4, "12 ms"],
    [999.4, "999 ms"],
    [999.6, "1 s"],
    [1_250, "1.25 s"],
    [9_996, "10 s"],
    [48_210, "48.2 s"],
    [59_970, "1 min"],
    [125_000, "2 min 5 s"],
    [5_400_000, "90 min"],
    [7_200_000, "2 h"],
    [23_400_000, "6 h 30 min"],
    [-203, "-203 ms"],
  ];
  for (const [ms, text] of cases) it(`tells ${ms} ms as ${text}`, () => assert.equal(durationText(ms), text));
});

describe("quantityText", () => {
  const cases: readonly (readonly [number, string, string])[] = [
    [2_000, "ms", "2 s"],
    [0.139, "ratio", "13.9 %"],
    [12, "%", "12 %"],
    [3, "attempts", "3 attempts"],
    [1, "attempts", "1 attempt"],
    [1.004, "", "1"],
    [104.6, "", "105"],
  ];
  for (const [value, unit, text] of cases)
    it(`tells ${value} ${unit} as ${text}`, () => assert.equal(quantityText(value, unit), text));

  it("tells an interval with its unit once, durations with both", () => {
    assert.equal(intervalText([47, 49], "attempts"), "47 to 49 attempts");
    assert.equal(intervalText([201.6, 2_049], "ms"), "202 ms to 2.05 s");
    assert.equal(intervalText([2, 2], "effects"), "2 effects");
  });
});

describe("text in columns", () => {
  it("never makes a shortened text longer than asked", () => {
    for (const text of ["one two three four", "日本語日本語日本語", "a".repeat(50)])
      for (let columns = 3; columns < 30; columns++)
        assert.ok(columnsOf(shortened(text, columns)) <= columns, `${text} in ${columns}`);
  });

  it("cuts at a word where that loses little", () => {
    assert.equal(shortened("the caller waited for long", 22), "the caller waited for…");
    assert.equal(shortened("short", 10), "short");
  });

  it("pads by columns, not by letters", () => assert.equal(padded("日", 4), "日  "));
});

describe("oneLine", () => {
  it("makes terminal commands and direction overrides visible", () => {
    assert.equal(oneLine("a\u001B[2Jb\u202Ec\n d\u0000"), "a\uFFFD[2Jb\uFFFDc d\uFFFD");
  });
  it("keeps letters of right-to-left scripts", () => assert.equal(oneLine("مرحبا"), "مرحبا"));
});

describe("quotedParts", () => {
  it("cuts at backticks and leaves an unpaired one alone", () => {
    assert.deepEqual(quotedParts("use `a b` or ` this"), [
      { text: "use ", quoted: false },
      { text: "a b", quoted: true },
      { text: " or ` this", quoted: false },
    ]);
  });
});

describe("sentences", () => {
  it("get a capital unless they begin with a name", () => {
    assert.equal(asSentence("one call made 4 attempts"), "One call made 4 attempts");
    for (const text of ["key-stable is broken", "payments.charge: x", "48 attempts", "éa b"])
      assert.equal(asSentence(text), text);
  });
  it("are cut after their first clause", () => {
    assert.deepEqual(clauses("4 of 10 checks: 4 fail; open: connect"), [
      "4 of 10 checks",
      "4 fail; open: connect",
    ]);
    assert.deepEqual(clauses("4 of 10 checks"), ["4 of 10 checks", ""]);
  });
});
