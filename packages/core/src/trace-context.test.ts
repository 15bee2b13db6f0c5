import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { seededRandom } from "./seeded-random.ts";
import { formatTraceparent, newTraceContext, parseTraceparent } from "./trace-context.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const span = "00f067aa0ba902b7";

describe("trace context", () => {
  it("reads back what it writes", () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (seed, sampled) => {
        const context = { ...newTraceContext(seededRandom(seed)), sampled };
        assert.deepEqual(parseTraceparent(formatTraceparent(context)), context);
      }),
    );
  });

  it("never makes an id of zeros", () => {
    const zeros = { ...seededRandom(1), integer: () => 0 };
    const context = newTraceContext(zeros);
    assert.notEqual(parseTraceparent(formatTraceparent(context)), null);
  });

  it("reads the flag and a later version with more fields", () => {
    assert.equal(parseTraceparent(`00-${trace}-${span}-01`)?.sampled, true);
    assert.equal(parseTraceparent(`00-${trace}-${span}-02`)?.sampled, false);
    assert.deepEqual(parseTraceparent(`cc-${trace}-${span}-01-what`), {
      traceId: trace,
      parentId: span,
      sampled: true,
    });
  });

  for (const [why, value] of [
    ["version ff", `ff-${trace}-${span}-01`],
    ["more fields in version 00", `00-${trace}-${span}-01-more`],
    ["a later version with more text but no hyphen", `cc-${trace}-${span}-01more`],
    ["a trace id of zeros", `00-${"0".repeat(32)}-${span}-01`],
    ["a span id of zeros", `00-${trace}-${"0".repeat(16)}-01`],
    ["upper case", `00-${trace.toUpperCase()}-${span}-01`],
    ["a short id", `00-${trace.slice(1)}-${span}-01`],
    ["missing flags", `00-${trace}-${span}`],
    ["nothing", ""],
  ] as const) {
    it(`refuses ${why}`, () => assert.equal(parseTraceparent(value), null));
  }
});
