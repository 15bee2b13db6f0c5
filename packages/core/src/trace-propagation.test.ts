import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { IncomingHeaders, OutgoingHeaders } from "./header-fields.ts";
import { seededRandom } from "./seeded-random.ts";
import { childOf, type TraceContext } from "./trace-context.ts";
import { continueTrace, extractTrace, injectTrace, traceHeaders } from "./trace-propagation.ts";
import { parseTraceState, traceStateCharactersMax } from "./trace-state.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parentId = "00f067aa0ba902b7";
const parent = `00-${traceId}-${parentId}-01`;
const bare: TraceContext = { traceId, parentId, sampled: true };
const traceState = parseTraceState("rojo=1,congo=2") ?? assert.fail();
const full: TraceContext = { ...bare, traceState };

/** The same header fields as every kind of carrier that can hold them. */
function carriers(
  fields: readonly (readonly [name: string, value: string])[],
): [kind: string, IncomingHeaders][] {
  const distinct: Record<string, string[]> = {};
  for (const [name, value] of fields)
    distinct[name.toLowerCase()] = [...(distinct[name.toLowerCase()] ?? []), value];
  const joined = Object.fromEntries(
    Object.entries(distinct).map(([name, values]) => [name, values.join(", ")]),
  );
  return [
    ["rawHeaders", fields.flat()],
    ["headersDistinct", distinct],
    ["headers", joined],
    ["Headers", new Headers(fields.map(([name, value]): [string, string] => [name, value]))],
  ];
}

describe("trace propagation", () => {
  const cases: readonly [why: string, fields: readonly (readonly [string, string])[], TraceContext | null][] =
    [
      [
        "finds both headers",
        [
          ["traceparent", parent],
          ["tracestate", "rojo=1,congo=2"],
        ],
        full,
      ],
      [
        "finds names in any case",
        [
          ["Accept", "*/*"],
          ["TraceParent", parent],
          ["TRACESTATE", "rojo=1,congo=2"],
        ],
        full,
      ],
      [
        "combines several tracestate in their order",
        [
          ["tracestate", "rojo=1"],
          ["traceparent", parent],
          ["tracestate", ""],
          ["tracestate", "congo=2"],
        ],
        full,
      ],
      ["does without tracestate", [["traceparent", parent]], bare],
      [
        "drops an invalid tracestate alone",
        [
          ["traceparent", parent],
          ["tracestate", "rojo=1"],
          ["tracestate", "Congo=2"],
        ],
        bare,
      ],
      [
        "leaves out an empty tracestate",
        [
          ["traceparent", parent],
          ["tracestate", ""],
        ],
        bare,
      ],
      [
        "believes neither of two traceparent",
        [
          ["traceparent", parent],
          ["traceparent", parent],
          ["tracestate", "rojo=1"],
        ],
        null,
      ],
      [
        "believes neither of two of a later version",
        [
          ["traceparent", `cc${parent.slice(2)}-a`],
          ["traceparent", `cc${parent.slice(2)}-a`],
        ],
        null,
      ],
      [
        "knows no other names",
        [
          ["trace-parent", parent],
          ["traceparen", parent],
          ["xtraceparent", parent],
        ],
        null,
      ],
      ["does not read tracestate without traceparent", [["tracestate", "rojo=1"]], null],
      [
        "does not read tracestate beside an invalid traceparent",
        [
          ["traceparent", "00"],
          ["tracestate", "rojo=1"],
        ],
        null,
      ],
      ["finds nothing in no headers", [], null],
    ];
  for (const [why, fields, expected] of cases)
    for (const [kind, headers] of carriers(fields))
      it(`${why}: ${kind}`, () => assert.deepEqual(extractTrace(headers), expected));

  it("reads a plain record whatever the case of its names, and what is odd in it", () => {
    assert.deepEqual(extractTrace({ TRACEPARENT: parent, TraceState: ["rojo=1", "congo=2"] }), full);
    assert.equal(extractTrace({ traceparent: parent, Traceparent: parent }), null);
    assert.deepEqual(extractTrace({ get: "a header", traceparent: parent, tracestate: undefined }), bare);
    assert.deepEqual(extractTrace({ traceparent: [parent], tracestate: [] }), bare);
    assert.equal(extractTrace(Object.create({ traceparent: parent })), null);
    assert.equal(extractTrace({ traceparent: 7 } as unknown as IncomingHeaders), null);
    assert.equal(extractTrace(["traceparent"]), null);
  });

  it("continues a trace, and begins one with the random flag and no tracestate otherwise", () => {
    assert.deepEqual(continueTrace({ traceparent: parent }, seededRandom(1)), bare);
    const begun = continueTrace({ traceparent: "", tracestate: "rojo=1" }, seededRandom(1));
    assert.match(traceHeaders(begun).traceparent, /-03$/);
    assert.equal(begun.traceState, undefined);
    assert.notEqual(begun.traceId, continueTrace({}, seededRandom(2)).traceId);
  });

  it("writes the headers that it reads", () => {
    assert.deepEqual(traceHeaders(full), { traceparent: parent, tracestate: "rojo=1,congo=2" });
    assert.deepEqual(traceHeaders(bare), { traceparent: parent });
    const none = parseTraceState("") ?? assert.fail();
    assert.deepEqual(traceHeaders({ ...bare, traceState: none }), { traceparent: parent });
  });

  describe("writes into", () => {
    const stale = { Accept: "*/*", TraceParent: "stale", traceparent: "stale", TRACESTATE: "stale=1" };
    for (const [context, headers] of [
      [full, { accept: "*/*", traceparent: parent, tracestate: "rojo=1,congo=2" }],
      [bare, { accept: "*/*", traceparent: parent }],
    ] as const) {
      const what = context === full ? "both headers" : "one header";

      it(`a record, in place of what stood there: ${what}`, () => {
        const { accept, ...trace } = headers;
        const record: Record<string, string> = { ...stale };
        injectTrace(record, context);
        assert.deepEqual(record, { Accept: accept, ...trace });
      });

      it(`Headers of the web, in place of what stood there: ${what}`, () => {
        const web = new Headers(stale);
        injectTrace(web, context);
        assert.deepEqual(Object.fromEntries(web), headers);
      });

      it(`a message of Node, in place of what stood there: ${what}`, async () => {
        const { OutgoingMessage } = await import("node:http");
        const message = new OutgoingMessage();
        for (const [name, value] of Object.entries(stale)) message.setHeader(name, value);
        injectTrace(message satisfies OutgoingHeaders, context);
        assert.deepEqual({ ...message.getHeaders() }, headers);
      });
    }
  });

  it("never throws and never sends an invalid header, whatever came in", () => {
    const more = fc.constantFrom("", "1", "-", "-a", "0-", ".a", "-a,b", " ", "g");
    const almostParent = fc
      .tuple(fc.constantFrom("00", "01", "ff"), fc.integer({ min: 2, max: 56 }), fc.boolean(), more)
      .map(
        ([version, at, isCut, end]) =>
          version + parent.slice(2, at) + (isCut ? "" : "0") + parent.slice(at + 1) + end,
      );
    const mostlyValid = fc.constantFrom("a=1", "b@c= 2", "", " ", "x=".padEnd(250, "v"));
    const almostMember = fc
      .tuple(fc.constantFrom("", "A", "a@", "a b", "a"), fc.constantFrom("", "=", "=="), fc.nat(0x180))
      .map(([key, equals, code]) => key + equals + String.fromCharCode(code));
    const almostState = fc
      .array(fc.oneof({ weight: 29, arbitrary: mostlyValid }, almostMember), { maxLength: 30, size: "max" })
      .map((parts) => parts.join());
    const bytes = fc.uint8Array({ maxLength: 60 }).map((raw) => Buffer.from(raw).toString("latin1"));
    const outgoing = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[0-3]$/;
    const member =
      /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
    const isInvalid = (text: string) =>
      text.length > traceStateCharactersMax ||
      text.split(",").length > 32 ||
      text.split(",").some((one) => !member.test(one));
    const reached = { continued: 0, begun: 0, carried: 0, "carried none": 0 };
    fc.assert(
      fc.property(
        fc.oneof(
          { weight: 3, arbitrary: fc.constant([parent]) },
          fc.array(fc.oneof(almostParent, bytes), { maxLength: 2 }),
        ),
        fc.array(fc.oneof({ weight: 5, arbitrary: almostState }, bytes), { maxLength: 3 }),
        fc.nat(),
        (parents, states, seed) => {
          const random = seededRandom(seed);
          const incoming = continueTrace({ traceparent: parents, tracestate: states }, random);
          const { traceparent, tracestate } = traceHeaders(childOf(incoming, random));
          assert.match(traceparent, outgoing);
          const isContinued = parents.some((one) => one.includes(traceparent.slice(3, 35)));
          reached[isContinued ? "continued" : "begun"]++;
          reached[tracestate === undefined ? "carried none" : "carried"]++;
          if (tracestate !== undefined) assert.ok(isContinued && !isInvalid(tracestate), tracestate);
        },
      ),
      { numRuns: 500 },
    );
    for (const [what, times] of Object.entries(reached)) assert.ok(times > 20, `${what}: ${times}`);
  });
});
