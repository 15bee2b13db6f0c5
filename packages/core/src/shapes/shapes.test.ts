import assert from "node:assert/strict";
import { describe as group, it } from "node:test";
import {
  anyJson,
  bytes,
  choice,
  describe,
  duration,
  flag,
  integer,
  list,
  number,
  object,
  optional,
  ratio,
  record,
  type Shape,
  text,
} from "../index.ts";
import { codes, doc, value, wrong } from "./testing/reading.ts";

group("simple shapes", () => {
  const accepted: readonly [string, Shape<unknown>, unknown, unknown][] = [
    ["a text", text({ doc }), "a", "a"],
    ["an empty text where it may be", text({ doc, empty: true }), "", ""],
    ["a matching text", text({ doc, pattern: /^a+$/ }), "aa", "aa"],
    ["a whole number", integer({ doc, min: 0, max: 3 }), 3, 3],
    ["a number", number({ doc }), 0.5, 0.5],
    ["a flag", flag({ doc }), false, false],
    ["a choice", choice(["a", "b"], { doc }), "b", "b"],
    ["a duration", duration({ doc }), "2s", 2_000],
    ["a ratio", ratio({ doc }), "20%", 0.2],
    ["a size", bytes({ doc }), "1KB", 1_000],
    ["a list", list(integer({ doc }), { doc }), [1, 2], [1, 2]],
    ["a record", record(integer({ doc }), { doc }), { a: 1 }, { a: 1 }],
    ["any JSON", anyJson({ doc }), { a: [null, 1, "x", true] }, { a: [null, 1, "x", true] }],
  ];
  for (const [name, shape, given, read] of accepted) {
    it(`accept ${name}`, () => assert.deepEqual(value(shape, given), read));
  }

  const refused: readonly [string, Shape<unknown>, unknown, string, RegExp][] = [
    ["a number for a text", text({ doc }), 5, "WRONG_TYPE", /Put it in quotes: "5"/],
    ["nothing for a text", text({ doc }), null, "WRONG_TYPE", /or remove the key/],
    ["an empty text", text({ doc }), "  ", "BAD_FORMAT", /Write a text/],
    [
      "a text that does not match",
      text({ doc, pattern: /^a$/, expected: "an a" }),
      "b",
      "BAD_FORMAT",
      /an a/,
    ],
    ["a fraction for a whole number", integer({ doc }), 1.5, "WRONG_TYPE", /a whole number/],
    ["too small a number", integer({ doc, min: 1 }), 0, "OUT_OF_RANGE", /from 1/],
    ["too large a number", number({ doc, min: 0, max: 1 }), 2, "OUT_OF_RANGE", /from 0 to 1/],
    ["an infinite number", number({ doc }), Number.POSITIVE_INFINITY, "WRONG_TYPE", /a number/],
    ["a text for a flag", flag({ doc }), "yes", "WRONG_TYPE", /true or false/],
    [
      "a word that is misspelt",
      choice(["full", "equal"], { doc }),
      "eqal",
      "UNKNOWN_VALUE",
      /Did you mean equal\?/,
    ],
    [
      "a word like no other",
      choice(["full", "equal"], { doc }),
      "zebra",
      "UNKNOWN_VALUE",
      /one of full, equal/,
    ],
    ["a duration without a unit", duration({ doc }), 5, "BAD_FORMAT", /5ms/],
    ["too short a duration", duration({ doc, min: 1 }), "0ms", "OUT_OF_RANGE", /at least 1ms/],
    ["too long a duration", duration({ doc, max: 1_000 }), "2s", "OUT_OF_RANGE", /at most 1s/],
    ["a list for a duration", duration({ doc }), [], "WRONG_TYPE", /2s/],
    ["a ratio above one", ratio({ doc }), 2, "BAD_FORMAT", /2%/],
    ["too small a list", list(flag({ doc }), { doc, min: 1 }), [], "OUT_OF_RANGE", /at least 1/],
    ["a mapping for a list", list(flag({ doc }), { doc }), {}, "WRONG_TYPE", /a list/],
    ["a list for a record", record(flag({ doc }), { doc }), [], "WRONG_TYPE", /a mapping/],
    [
      "a key that does not match",
      record(flag({ doc }), { doc, keys: { pattern: /^a$/, expected: "an a" } }),
      { b: true },
      "BAD_KEY b",
      /an a/,
    ],
    ["a function as JSON", anyJson({ doc }), { a: () => 1 }, "WRONG_TYPE a", /Write a text/],
  ];
  for (const [name, shape, given, code, remedy] of refused) {
    it(`refuse ${name}`, () => {
      const problems = wrong(shape, given);
      assert.deepEqual(codes(problems), [code]);
      assert.match(problems[0]?.remedy ?? "", remedy);
    });
  }

  it("refuse JSON that is nested without end", () => {
    const loop: Record<string, unknown> = {};
    loop["loop"] = loop;
    assert.equal(wrong(anyJson({ doc }), loop)[0]?.code, "OUT_OF_RANGE");
  });
});

group("object", () => {
  const shape = object({
    doc,
    fields: {
      name: text({ doc: "Its name." }),
      times: integer({ doc, default: 3 }),
      wait: optional(duration({ doc })),
      inner: optional(object({ doc, fields: { deep: flag({ doc }) } })),
    },
  });

  it("fills in defaults and leaves out what is optional", () => {
    const read = value(shape, { name: "x" });
    assert.deepEqual(read, { name: "x", times: 3 });
    const wait: number | undefined = read.wait;
    const times: number = read.times;
    assert.deepEqual([wait, times], [undefined, 3]);
  });

  it("tells everything that is wrong at once", () => {
    const problems = wrong(shape, { times: "x", wait: 5, inner: { shallow: true }, nam: "x" });
    assert.deepEqual(codes(problems), [
      "UNKNOWN_KEY nam",
      "WRONG_TYPE times",
      "BAD_FORMAT wait",
      "UNKNOWN_KEY inner shallow",
      "MISSING inner deep",
    ]);
    assert.equal(problems[0]?.remedy, "Did you mean name?");
  });

  it("does not call a key missing that is only misspelt", () => {
    assert.deepEqual(codes(wrong(shape, { nmae: "x" })), ["UNKNOWN_KEY nmae"]);
    assert.equal(wrong(shape, {})[0]?.remedy, "Add name: its name.");
    assert.deepEqual(codes(wrong(shape, { colour: "x" })), ["UNKNOWN_KEY colour", "MISSING name"]);
  });

  it("is not fooled by keys that every JavaScript object has", () => {
    const hostile = JSON.parse('{"name": "x", "__proto__": {"times": 9}, "constructor": 1, "toString": 2}');
    assert.deepEqual([...codes(wrong(shape, hostile))].sort(), [
      "UNKNOWN_KEY __proto__",
      "UNKNOWN_KEY constructor",
      "UNKNOWN_KEY toString",
    ]);
    assert.deepEqual(codes(wrong(object({ doc, fields: { toString: flag({ doc }) } }), {})), [
      "MISSING toString",
    ]);
    const free = value(record(anyJson({ doc }), { doc }), JSON.parse('{"__proto__": 1}'));
    assert.deepEqual(Object.keys(free), ["__proto__"]);
  });

  it("derives a JSON Schema with required keys, defaults as written and no further keys", () => {
    assert.deepEqual(shape.schema, {
      type: "object",
      description: doc,
      properties: {
        name: { type: "string", minLength: 1, description: "Its name." },
        times: { type: "integer", description: doc, default: 3 },
        wait: {
          type: "string",
          pattern: "^(\\d+(?:\\.\\d+)?)(ms|s|m|h|d)$",
          description: doc,
        },
        inner: {
          type: "object",
          description: doc,
          properties: { deep: { type: "boolean", description: doc } },
          required: ["deep"],
          additionalProperties: false,
        },
      },
      required: ["name"],
      additionalProperties: false,
    });
    assert.equal(duration({ doc, default: 2_000 }).schema["default"], "2s");
  });

  it("gives its option table, nested fields with their path", () => {
    const rows = describe(shape.fields).map((row) => [row.name, row.default, row.required]);
    assert.deepEqual(rows, [
      ["name", null, true],
      ["times", "3", false],
      ["wait", null, false],
      ["inner", null, false],
      ["inner.deep", null, true],
    ]);
    assert.equal(describe({ d: ratio({ doc, default: 0.2 }) })[0]?.default, "20%");
  });
});
