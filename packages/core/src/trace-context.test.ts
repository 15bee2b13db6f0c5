import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Random } from "./random.ts";
import { seededRandom } from "./seeded-random.ts";
import { childOf, formatTraceparent, newTraceContext, parseTraceparent } from "./trace-context.ts";
import { parseTraceState } from "./trace-state.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const span = "00f067aa0ba902b7";

/** What version 00 may look like, written the long way. */
const version00 = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[0-3]$/;

/** Chance that counts what is drawn, and draws what it is told to. */
function drawing(words: readonly number[]): Random & { drawn(): number } {
  let drawn = 0;
  return { ...seededRandom(1), integer: () => words[drawn++ % words.length] ?? 0, drawn: () => drawn };
}

describe("trace context", () => {
  it("reads back what it writes", () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), fc.boolean(), (seed, sampled, random) => {
        const { traceId, parentId } = newTraceContext(seededRandom(seed));
        const context = { traceId, parentId, sampled, ...(random ? { random } : {}) };
        assert.deepEqual(parseTraceparent(formatTraceparent(context)), context);
        assert.match(formatTraceparent(context), version00);
      }),
    );
  });

  it("makes new ids of chance alone, and says so", () => {
    const context = newTraceContext(drawing([0xffffffff, 0, 0x01020304, 0xa0b0c0d0, 0x7, 0x80000000]));
    assert.deepEqual(context, {
      traceId: "ffffffff0000000001020304a0b0c0d0",
      parentId: "0000000780000000",
      sampled: true,
      random: true,
    });
    assert.equal(formatTraceparent(context), "00-ffffffff0000000001020304a0b0c0d0-0000000780000000-03");
  });

  it("never makes an id of zeros", () => {
    const context = newTraceContext(drawing([0]));
    assert.match(formatTraceparent(context), version00);
    assert.match(formatTraceparent(childOf(context, drawing([0]))), version00);
  });

  it("gives every child a span of its own and keeps all else, for two draws each", () => {
    const traceState = parseTraceState("congo=t61rcWkgMzE") ?? assert.fail();
    const chance = drawing([1, 2, 3, 4]);
    for (const flags of [{ sampled: true }, { sampled: false }, { sampled: false, random: true }]) {
      const context = { traceId: trace, parentId: span, traceState, ...flags };
      const children = [childOf(context, chance), childOf(context, chance)];
      assert.deepEqual(
        children,
        ["0000000100000002", "0000000300000004"].map((parentId) => ({ ...context, parentId })),
      );
    }
    assert.equal(chance.drawn(), 3 * 2 * 2);
  });

  const flags: readonly [flags: string, sampled: boolean, random: boolean][] = [
    ["00", false, false],
    ["01", true, false],
    ["02", false, true],
    ["03", true, true],
    ["fc", false, false],
    ["ff", true, true],
  ];
  for (const [written, sampled, random] of flags) {
    it(`reads flags ${written} and passes on only the two that it knows`, () => {
      const context = parseTraceparent(`00-${trace}-${span}-${written}`) ?? assert.fail();
      assert.equal(context.sampled, sampled);
      assert.equal(context.random ?? false, random);
      assert.match(formatTraceparent(context), version00);
    });
  }

  for (const [why, value] of [
    ["a later version", `cc-${trace}-${span}-01`],
    ["a later version with more fields", `cc-${trace}-${span}-01-what`],
    ["version fe with an empty field", `fe-${trace}-${span}-01-`],
    ["blanks and tabs around it", ` \t00-${trace}-${span}-01\t `],
  ] as const) {
    it(`reads ${why}`, () =>
      assert.deepEqual(parseTraceparent(value), { traceId: trace, parentId: span, sampled: true }));
  }

  for (const [why, value] of [
    ["version ff", `ff-${trace}-${span}-01`],
    ["more fields in version 00", `00-${trace}-${span}-01-more`],
    ["a later version with more text but no hyphen", `cc-${trace}-${span}-01more`],
    ["two headers joined into one", `00-${trace}-${span}-01, 00-${trace}-${span}-01`],
    ["two headers of a later version joined into one", `cc-${trace}-${span}-01-a,00-${trace}-${span}-01`],
    ["a trace id of zeros", `00-${"0".repeat(32)}-${span}-01`],
    ["a span id of zeros", `00-${trace}-${"0".repeat(16)}-01`],
    ["upper case", `00-${trace.toUpperCase()}-${span}-01`],
    ["an upper-case version", `CC-${trace}-${span}-01`],
    ["a version that is no number", `0.-${trace}-${span}-01`],
    ["flags that are no number", `00-${trace}-${span}-0g`],
    ["a short id", `00-${trace.slice(1)}-${span}-01`],
    ["ids of the right length together", `00-${trace}0-${span.slice(1)}-01`],
    ["other separators before the trace id", `00_${trace}-${span}-01`],
    ["other separators before the span id", `00-${trace}_${span}-01`],
    ["other separators before the flags", `00-${trace}-${span}_01`],
    ["missing flags", `00-${trace}-${span}`],
    ["half of the flags", `00-${trace}-${span}-0`],
    ["a later version cut short", `cc-${trace}-${span}-`],
    ["white space that is no blank", `\u00a000-${trace}-${span}-01`],
    ["nothing", ""],
  ] as const) {
    it(`refuses ${why}`, () => assert.equal(parseTraceparent(value), null));
  }

  it("agrees with the grammar on whatever is one character away from it", () => {
    const grammar = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(
        fc.constantFrom("00", "01", "fe"),
        fc.nat(54),
        fc.string({ minLength: 1, maxLength: 1, unit: "binary-ascii" }),
        (version, at, character) => {
          const value = `${version}-${trace}-${span}-01`;
          const changed = value.slice(0, at) + character + value.slice(at + 1);
          const isRead = parseTraceparent(changed) !== null;
          seen.add(isRead);
          // A blank at either end is trimmed, which leaves too little.
          assert.equal(isRead, grammar.test(changed), changed);
        },
      ),
      { numRuns: 2_000 },
    );
    assert.equal(seen.size, 2);
  });
});
