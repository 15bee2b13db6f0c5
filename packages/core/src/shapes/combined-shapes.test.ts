import assert from "node:assert/strict";
import { describe as group, it } from "node:test";
import fc from "fast-check";
import {
  anyJson,
  bytes,
  choice,
  duration,
  flag,
  integer,
  list,
  mapped,
  object,
  oneOf,
  ratio,
  readShape,
  record,
  refine,
  text,
} from "../index.ts";
import { codes, doc, value, wrong } from "./testing/reading.ts";

group("oneOf", () => {
  const shape = oneOf(
    [text({ doc }), object({ doc, fields: { url: text({ doc }), calls: integer({ doc }) } })],
    {
      doc,
    },
  );

  it("takes the first shape that fits", () => {
    assert.equal(value(shape, "x"), "x");
    assert.deepEqual(value(shape, { url: "u", calls: 1 }), { url: "u", calls: 1 });
  });

  it("tells the problems inside the shape whose type fits", () => {
    assert.deepEqual(codes(wrong(shape, { url: "u", calls: "x" })), ["WRONG_TYPE calls"]);
  });

  it("names all shapes when no type fits", () => {
    const [problem] = wrong(shape, 5);
    assert.equal(problem?.code, "WRONG_TYPE");
    assert.match(problem?.expected ?? "", /a text, or a mapping/);
  });
});

group("wrapped shapes", () => {
  it("refine adds a rule, asked only of values that are right by themselves", () => {
    const even = refine(integer({ doc }), (n, path, problems) => {
      if (n % 2 !== 0) {
        problems.push({
          code: "ODD",
          path,
          found: String(n),
          expected: "an even number",
          remedy: "Add one.",
        });
      }
    });
    assert.equal(value(even, 2), 2);
    assert.deepEqual(codes(wrong(even, 3)), ["ODD"]);
    assert.deepEqual(codes(wrong(even, "x")), ["WRONG_TYPE"]);
  });

  it("mapped turns values and the default alike", () => {
    const shape = object({ doc, fields: { port: mapped(integer({ doc, default: 5 }), (n) => `:${n}`) } });
    assert.deepEqual(value(shape, {}), { port: ":5" });
    assert.deepEqual(value(shape, { port: 80 }), { port: ":80" });
  });

  it("never throw, whatever they are given", () => {
    const all = [
      text({ doc }),
      integer({ doc }),
      flag({ doc }),
      choice(["a"], { doc }),
      duration({ doc }),
      ratio({ doc }),
      bytes({ doc }),
      list(text({ doc }), { doc }),
      record(duration({ doc }), { doc }),
      object({ doc, fields: { a: anyJson({ doc }) } }),
      oneOf([text({ doc }), list(flag({ doc }), { doc })], { doc }),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.anything({ withBigInt: true, withNullPrototype: true }),
        (shape, given) => {
          const read = readShape<unknown>(shape, given);
          assert.ok("value" in read || read.problems.length > 0, "no value and no problem");
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
