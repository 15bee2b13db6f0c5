import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type Baggage,
  baggageBytesMax,
  baggageEntries,
  baggageEntriesMax,
  baggageValue,
  chosenBaggage,
  noBaggage,
  parseBaggage,
  withBaggageValue,
  withoutBaggageValue,
} from "./baggage.ts";

const isCoded = { name: "CodedError", code: "BAGGAGE_INVALID" };

/** `key value; property; property` of each entry. */
const read = (text: string): readonly string[] =>
  baggageEntries(parseBaggage(text)).map(({ key, value, properties }) =>
    [`${key} ${value}`, ...properties].join("; "),
  );

const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,12}$/);
const text = fc.string({ unit: "grapheme", maxLength: 20 });

/** The grammar of a member without blanks, written as the specification has it. */
const octet = String.raw`[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*`;
const name = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const grammar = new RegExp(`^${name}=${octet}(;${name}(=${octet})?)*$`);

describe("baggage", () => {
  // The first fourteen ask what the tests of w3c/baggage ask of a parser.
  const cases: readonly [why: string, text: string, entries: readonly string[]][] = [
    ["one entry", "SomeKey=SomeValue", ["SomeKey SomeValue"]],
    ["several", "a=1,b=2", ["a 1", "b 2"]],
    ["a property without a value", "a=1;p", ["a 1; p"]],
    ["a property with one", "a=1;p=v", ["a 1; p=v"]],
    ["several properties", "a=1;p;q=v", ["a 1; p; q=v"]],
    ["properties of several entries", "a=1;p,b=2;q=v", ["a 1; p", "b 2; q=v"]],
    ["blanks around a key and a value", "a \t = \t 1 \t ", ["a 1"]],
    ["blanks around a property", "a=1 \t ; \t p", ["a 1; p"]],
    ["blanks around several properties", "a \t = \t 1 \t ; \t p \t ; \t q \t = \t v", ["a 1; p; q=v"]],
    ["blanks around all of several", "a \t = \t 1 \t , \t b \t = \t 2 \t ; \t q=v", ["a 1", "b 2; q=v"]],
    ["equals signs in a value", "a=1=2", ["a 1=2"]],
    [
      "an encoded value",
      "a=%09%20%22%27%3B%3Dasdf%21%40%23%24%25%5E%26%2A%28%29",
      ["a \t \"';=asdf!@#$%^&*()"],
    ],
    ["an encoded value among blanks", "a \t = \t DF%2028 \t ", ["a DF 28"]],
    ["nothing", "", []],
    ["an empty value", "a=", ["a "]],
    ["a key that stands twice", "a=1,a=2", ["a 1", "a 2"]],
    ["keys that differ in case", "a=1,A=2", ["a 1", "A 2"]],
    ["empty members, which headers leave that were joined", ",a=1,, \t,b=2,", ["a 1", "b 2"]],
    ["beyond ASCII", "a=%E2%82%AC%F0%9F%98%80", ["a €😀"]],
    ["no UTF-8", "a=%ff,b=x%C3y,c=%E2%82", ["a \uFFFD", "b x\uFFFDy", "c \uFFFD"]],
    ["a sign of encoding that encodes nothing", "a=100%,b=%zz,c=%4", ["a 100%", "b %zz", "c %4"]],
    ["an encoded mark of byte order, as it is", "a=%EF%BB%BFx", ["a \uFEFFx"]],
    ["properties as they are, encoded or not", "a=1;p=%20", ["a 1; p=%20"]],
  ];
  for (const [why, given, entries] of cases) it(`reads ${why}`, () => assert.deepEqual(read(given), entries));

  for (const [why, bad] of [
    ["a key without a value", "bad"],
    ["an empty key", "=1"],
    ["a blank within a key", "b d=1"],
    ["a key that is no token", "b(d=1"],
    ["a key beyond ASCII", "b\u00e4d=1"],
    ["a blank within a value", "bad=1 2"],
    ["a quoted value", 'bad="1"'],
    ["a backslash", "bad=1\\2"],
    ["a value beyond ASCII", "bad=\u00e9"],
    ["white space that is no blank", "bad=\u00a01"],
    ["a line break", "bad=1\r\nx-injected: 1"],
    ["a NUL", "bad=1\u00002"],
    ["an empty property", "bad=1;"],
    ["a property that is none", "bad=1;p q"],
    ["a property with a value that is none", 'bad=1;p="v"'],
  ] as const)
    it(`drops for ${why} that member and no other`, () =>
      assert.equal(parseBaggage(`good=1;p,${bad},better=2`), "good=1;p,better=2"));

  it("agrees with the grammar on every character, in every place", () => {
    for (let code = 0; code < 0x180; code++) {
      const one = String.fromCharCode(code);
      for (const given of [`k${one}y=v`, `k=v${one}w`, `k=v;p${one}q`, `k=v;p=v${one}w`]) {
        const parts = given.split(",").filter((part) => grammar.test(part));
        assert.equal(parseBaggage(given), parts.join(), JSON.stringify(given));
      }
    }
  });

  it("passes on 64 entries and 8,192 bytes, and never a part of one", () => {
    const many = Array.from({ length: baggageEntriesMax }, (_, at) => `key${at}=value`);
    assert.equal(parseBaggage(many.join()), many.join());
    assert.equal(parseBaggage([...many, "more=1"].join()), many.join());

    const whole = `a=${"0123456789".repeat(819)}`;
    assert.equal(whole.length, baggageBytesMax);
    assert.equal(parseBaggage(whole), whole);
    assert.equal(parseBaggage(`${whole}x,b=2`), "b=2", "what is too long leaves room for others");
    const half = `a=${"x".repeat(4_094)}`;
    assert.equal(parseBaggage(`${half},${half}`), half, "a comma counts as well");
    assert.equal(parseBaggage(`${half},${half.slice(1)}`), `${half}`);
    assert.equal(parseBaggage(`${half},b=${"x".repeat(4_093)}`).length, baggageBytesMax);
  });

  it("takes any text: what it gives back is valid, within the limits, and reads as itself", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.stringMatching(/^[a-b=;,% \t"\\é-]{0,80}$/),
      fc
        .array(fc.constantFrom("a=1", ",", ";", "=", "%", " ", "%ff", "\u0000"), { maxLength: 90 })
        .map((all) => all.join("")),
    );
    const reached = new Set<boolean>();
    fc.assert(
      fc.property(hostile, (given) => {
        const baggage = parseBaggage(given);
        reached.add(baggage !== "");
        for (const member of baggage === "" ? [] : baggage.split(",")) assert.match(member, grammar);
        assert.ok(baggage.length <= baggageBytesMax && baggageEntries(baggage).length <= baggageEntriesMax);
        assert.equal(parseBaggage(baggage), baggage);
      }),
    );
    assert.equal(reached.size, 2);
  });

  it("reads a header of a megabyte in a moment", () => {
    for (const unit of ["a=1,", ",", "=", ";", "a=1;", "%", " \t", "a"])
      assert.ok(parseBaggage(unit.repeat(1_000_000 / unit.length)).length <= baggageBytesMax);
  });

  it("gives back every value that was put in, whatever it holds", () => {
    fc.assert(
      fc.property(token, text, (key, value) => {
        const baggage = withBaggageValue(noBaggage, key, value);
        assert.match(baggage, grammar);
        assert.equal(baggageValue(baggage, key), value.toWellFormed());
      }),
    );
    assert.equal(withBaggageValue(noBaggage, "a", 'x y,z;"\\%é'), "a=x%20y%2Cz%3B%22%5C%25%C3%A9");
    assert.equal(withBaggageValue(noBaggage, "a", "\ud800"), "a=%EF%BF%BD", "half a character is none");
  });

  it("puts an entry at the front in place of its like, and keeps the others as they are", () => {
    const given = parseBaggage("a=1;p,b=%20,a=2");
    assert.equal(baggageValue(given, "a"), "2", "the last one counts");
    assert.equal(baggageValue(given, "A"), null);
    assert.equal(baggageValue(noBaggage, "a"), null);
    assert.equal(withBaggageValue(given, "a", "3"), "a=3,b=%20");
    assert.equal(withBaggageValue(given, "c", "3"), "c=3,a=1;p,b=%20,a=2");
    assert.equal(withoutBaggageValue(given, "a"), "b=%20");
    assert.equal(withoutBaggageValue(given, "x"), given);
  });

  it("makes room for an own entry at the end, so that what came in cannot shut it out", () => {
    const full = parseBaggage(Array.from({ length: baggageEntriesMax }, (_, at) => `k${at}=v`).join());
    const more = withBaggageValue(full, "own", "1");
    assert.equal(baggageEntries(more).length, baggageEntriesMax);
    assert.deepEqual(
      [baggageValue(more, "own"), baggageValue(more, "k62"), baggageValue(more, "k63")],
      ["1", "v", null],
    );
  });

  it("refuses to write what could not be sent", () => {
    for (const key of ["", "a b", "a=b", "a,b", "é", "a\r\nb"])
      assert.throws(() => withBaggageValue(noBaggage, key, "1"), isCoded, JSON.stringify(key));
    assert.throws(() => withBaggageValue(noBaggage, "a", " ".repeat(2_731)), isCoded);
    assert.equal(withBaggageValue(noBaggage, "a", " ".repeat(2_730)).length, baggageBytesMax);
  });

  it("keeps what was chosen", () => {
    const given = parseBaggage("tenant=acme;p,user=ann,Tenant=x");
    const chosen = (choice: readonly string[] | "all" | "none"): Baggage => chosenBaggage(given, choice);
    assert.equal(chosen("all"), given);
    assert.equal(chosen("none"), "");
    assert.equal(chosen([]), "");
    assert.equal(chosen(["tenant", "absent"]), "tenant=acme;p");
    assert.equal(chosen(["user", "tenant"]), "tenant=acme;p,user=ann");
  });
});
