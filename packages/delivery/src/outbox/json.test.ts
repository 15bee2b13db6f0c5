import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isDeliveryError } from "../errors.ts";
import { jsonOf } from "./json.ts";

const cycle: Record<string, unknown> = { name: "a" };
cycle["self"] = { list: [1, cycle] };

let deep: unknown = 1;
for (let level = 0; level < 600; level++) deep = [deep];

const refused: readonly [why: string, data: unknown, place: string, said: RegExp][] = [
  ["nothing", undefined, "data", /data is undefined/],
  ["a function", () => {}, "data", /data is a function/],
  ["a BigInt", { items: [{ price: 1n }] }, "data.items[0].price", /a BigInt/],
  ["NaN", { a: Number.NaN }, "data.a", /NaN/],
  ["Infinity in a list", [1, Number.POSITIVE_INFINITY], "data[1]", /Infinity/],
  ["a boxed NaN", [Object(Number.NaN)], "data[0]", /NaN/],
  ["undefined in a list", [1, undefined], "data[1]", /undefined/],
  ["a hole in a list", new Array(1), "data[0]", /undefined/],
  ["a function as a field", { "run it": () => {} }, 'data["run it"]', /a function/],
  ["a symbol", { a: Symbol("s") }, "data.a", /a symbol/],
  ["a Map", { tags: new Map([[1, 2]]) }, "data.tags", /Map/],
  ["a Set", new Set([1]), "data", /Set/],
  ["a promise that nobody awaited", { user: Promise.resolve(1) }, "data.user", /Promise/],
  ["bytes", { file: new Uint8Array(2) }, "data.file", /Uint8Array/],
  ["a Date that is none", { at: new Date(Number.NaN) }, "data.at", /a Date that is none/],
  ["a cycle", cycle, "data.self.list[1]", /contains itself/],
  ["too many levels", deep, `data${"[0]".repeat(500)}`, /more than 500 levels/],
  [
    "a toJSON that throws",
    {
      a: [
        {
          toJSON() {
            throw new Error("no");
          },
        },
      ],
    },
    "data.a[0]",
    /toJSON of data\.a\[0\] has thrown/,
  ],
  [
    "a getter that throws",
    {
      get a() {
        throw new Error("no");
      },
    },
    "data.a",
    /reading data\.a has thrown/,
  ],
];

describe("a message's JSON", () => {
  for (const [why, data, place, said] of refused)
    it(`refuses ${why}, and names the place`, () => {
      assert.throws(
        () => jsonOf("order.placed", data),
        (error) => {
          assert.ok(isDeliveryError(error));
          assert.equal(error.code, "MESSAGE_UNSERIALISABLE");
          assert.equal(error.details["place"], place);
          assert.match(error.message, said);
          return true;
        },
      );
    });

  it("keeps every JSON value as it is, odd texts and a record that stands twice included", () => {
    const twice = { a: 1 };
    assert.equal(jsonOf("m", [twice, twice]), '[{"a":1},{"a":1}]');
    assert.equal(jsonOf("m", "\u0000\ud800"), '"\\u0000\\ud800"');
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: "binary" }), (value, text) => {
        const data = { value, [text]: text };
        assert.equal(jsonOf("m", data), JSON.stringify(data));
      }),
    );
  });

  it("writes what JSON would: dates, boxed values, toJSON, and no field that is undefined", () => {
    const data = {
      at: new Date(0),
      text: Object("a"),
      own: { toJSON: (key: string) => `as ${key}` },
      left: undefined,
      bytes: Buffer.from("a"),
    };
    assert.equal(jsonOf("m", data), JSON.stringify(data));
  });
});
