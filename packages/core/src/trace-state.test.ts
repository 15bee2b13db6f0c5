import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  parseTraceState,
  type TraceState,
  traceStateCharactersMax,
  traceStateValue,
  truncateTraceState,
  withoutTraceStateValue,
  withTraceStateValue,
} from "./trace-state.ts";

const isCoded = (error: unknown) => (error as { code?: string }).code === "TRACE_STATE_INVALID";

function state(text: string): TraceState {
  return parseTraceState(text) ?? assert.fail(`not valid: ${text}`);
}

/** `count` members of `size` characters each. */
function members(count: number, size: number): string[] {
  return Array.from({ length: count }, (_, index) => `k${index}=`.padEnd(size, "v"));
}

const keyCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_-*/@";
const valueCharacters = Array.from({ length: 0x7f - 0x20 }, (_, at) => String.fromCharCode(0x20 + at))
  .filter((character) => character !== "," && character !== "=")
  .join("");

/** The grammar of a member, written as the specification has it. */
const grammar =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

const key = fc.stringMatching(/^[a-z0-9][a-z0-9_\-*/@]{0,12}$/).filter((text) => text !== "own");
const value = fc.stringMatching(/^[ -+\--<>-~]{0,40}[!-+\--<>-~]$/);
const member = fc.tuple(key, value).map(([name, content]) => `${name}=${content}`);

describe("trace state", () => {
  const kept: readonly [why: string, value: string, read: string][] = [
    ["members in their order", "rojo=1,congo=2", "rojo=1,congo=2"],
    ["no member", "", ""],
    ["empty members, without counting them", ` ,\t,foo=1,${",".repeat(40)}bar=2,`, "foo=1,bar=2"],
    ["blanks and tabs around members", " \tfoo=1 \t , \t bar=2\t", "foo=1,bar=2"],
    ["blanks at the start of a value and within", "foo=  a b", "foo=  a b"],
    ["a key that stands twice", "foo=1,bar=2,foo=3", "foo=1,bar=2,foo=3"],
    ["a key that begins with a digit", "0=1", "0=1"],
    ["at signs after the start of a key", "foo@=1,a@@b=2,a@b@c=3", "foo@=1,a@@b=2,a@b@c=3"],
    [
      "all characters of a key and of a value",
      `${keyCharacters}=${valueCharacters}`,
      `${keyCharacters}=${valueCharacters}`,
    ],
    [
      "a key and a value of 256 characters",
      `${"k".repeat(256)}=${"v".repeat(256)}`,
      `${"k".repeat(256)}=${"v".repeat(256)}`,
    ],
    ["32 members", members(32, 10).join(), members(32, 10).join()],
  ];
  for (const [why, text, read] of kept) it(`reads ${why}`, () => assert.equal(parseTraceState(text), read));

  for (const [why, text] of [
    ["33 members", members(33, 10).join()],
    ["a key of 257 characters", `${"k".repeat(257)}=1`],
    ["a value of 257 characters", `k=${"v".repeat(257)}`],
    ["upper case in a key", "Foo=1"],
    ["a dot in a key", "foo.bar=1"],
    ["a blank after a key", "foo =1"],
    ["an at sign at the start of a key", "@foo=1"],
    ["an underscore at the start of a key", "_foo=1"],
    ["a key without a value", "foo"],
    ["an empty value", "foo="],
    ["a value of blanks", "foo= \t"],
    ["an empty key", "=1"],
    ["two equals signs", "foo=a=b"],
    ["a tab within a value", "foo=a\tb"],
    ["a line break", "foo=1\r\nbar=2"],
    ["a character beyond ASCII", "foo=\u00e9"],
    ["white space that is no blank", "\u00a0foo=1"],
    ["a semicolon between members", "foo=1;bar=2=3"],
  ] as const) {
    it(`drops all of it for ${why}`, () => assert.equal(parseTraceState(`good=1,${text},better=2`), null));
  }

  it("agrees with the grammar on every character, in every place", () => {
    for (let code = 0; code < 0x180; code++) {
      const character = String.fromCharCode(code);
      for (const text of [`${character}k=v`, `k${character}y=v`, `k=${character}v`, `k=v${character}w`]) {
        const parts = text.split(",").map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ""));
        const expected = parts.every((part) => part === "" || grammar.test(part));
        assert.equal(parseTraceState(text) !== null, expected, JSON.stringify(text));
      }
    }
  });

  it("answers with the most recent value of a key, to the letter", () => {
    const several = state("foo=1,fo=2,foo=3,food=4");
    assert.equal(traceStateValue(several, "foo"), "1");
    assert.equal(traceStateValue(several, "fo"), "2");
    for (const absent of ["f", "foo=1", "", "1"]) assert.equal(traceStateValue(several, absent), null);
    assert.equal(traceStateValue(undefined, "foo"), null);
  });

  it("moves one's own key to the front and keeps the order of the others", () => {
    assert.equal(
      withTraceStateValue(state("rojo=1,own=2,congo=3,own=4"), "own", "5"),
      "own=5,rojo=1,congo=3",
    );
    assert.equal(withTraceStateValue(state("rojo=1"), "own", " 5"), "own= 5,rojo=1");
    assert.equal(withTraceStateValue(undefined, "own", "5"), "own=5");
    assert.equal(withoutTraceStateValue(state("rojo=1,own=2,congo=3,own=4"), "own"), "rojo=1,congo=3");
    assert.equal(withoutTraceStateValue(state("own=2"), "own"), "");
  });

  it("lets the last member go for one's own key when there are 32, and none when the key is there", () => {
    const full = members(32, 10);
    assert.equal(withTraceStateValue(state(full.join()), "own", "1"), ["own=1", ...full.slice(0, 31)].join());
    const updated = ["k7=new", ...full.slice(0, 7), ...full.slice(8)].join();
    assert.equal(withTraceStateValue(state(full.join()), "k7", "new"), updated);
  });

  for (const [name, content] of [
    ["Own", "1"],
    ["", "1"],
    ["own", ""],
    ["own", "1 "],
    ["own", "a,b"],
    ["own", "a\r\nb"],
    ["own", "v".repeat(257)],
  ] as const) {
    it(`refuses to write ${JSON.stringify(name)}=${JSON.stringify(content.slice(0, 9))}`, () =>
      assert.throws(() => withTraceStateValue(undefined, name, content), isCoded));
  }

  it("truncates whole members: first the large ones from the end, then the others from the end", () => {
    const [small = "", other = "", exact = ""] = [...members(2, 20), "x=".padEnd(128, "v")];
    const [large = "", larger = ""] = ["y=".padEnd(129, "v"), "z=".padEnd(250, "v")];
    const all = state([small, larger, other, large, exact].join());
    const without = (...gone: string[]) =>
      [small, larger, other, large, exact].filter((one) => !gone.includes(one)).join();

    assert.equal(truncateTraceState(all, all.length), all);
    assert.equal(truncateTraceState(all, all.length - 1), without(large));
    assert.equal(truncateTraceState(all, all.length - 130), without(large));
    assert.equal(truncateTraceState(all, all.length - 131), without(large, larger));
    assert.equal(truncateTraceState(all, 169), without(large, larger, exact));
    assert.equal(truncateTraceState(all, 20), small);
    assert.equal(truncateTraceState(all, 19), "");
  });

  it("passes on what it is given up to the limit, and at least 512 characters of more", () => {
    const reached = new Set<boolean>();
    const large = fc
      .tuple(key, fc.integer({ min: 1, max: 256 }))
      .map(([name, size]) => `${name}=${"v".repeat(size)}`);
    fc.assert(
      fc.property(fc.array(large, { minLength: 1, maxLength: 32, size: "max" }), (given) => {
        const text = given.join();
        const passed = state(text);
        const isWhole = text.length <= traceStateCharactersMax;
        reached.add(isWhole);
        if (isWhole) assert.equal(passed, text);
        else assert.ok(passed.length <= traceStateCharactersMax && passed.length >= 512);
      }),
    );
    assert.equal(reached.size, 2);
  });

  it("stays within its limits when one's own key is added", () => {
    const full = state(members(16, 127).join());
    assert.equal(full.length, traceStateCharactersMax - 1);
    assert.equal(withTraceStateValue(full, "own", "1"), ["own=1", ...members(15, 127)].join());
  });

  it("keeps every member in order, whatever blanks and empty members stand between", () => {
    const between = fc.stringMatching(/^[ \t]{0,3}(,[ \t]{0,2}){1,3}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(member, between), { maxLength: 30, size: "max" }), (parts) => {
        const given = parts.map(([one]) => one);
        assert.equal(parseTraceState(parts.flat().join("")), given.join());
        assert.equal(withTraceStateValue(state(given.join()), "own", "1"), ["own=1", ...given].join());
      }),
    );
  });
});
