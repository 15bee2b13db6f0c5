import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { noBaggage, parseBaggage } from "./baggage.ts";
import type { TraceContext } from "./trace-context.ts";
import { environmentFor, startedBy } from "./trace-environment.ts";
import { parseTraceState } from "./trace-state.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const parentId = "00f067aa0ba902b7";
const parent = `00-${traceId}-${parentId}-01`;
const bare: TraceContext = { traceId, parentId, sampled: true };
const traceState = parseTraceState("rojo=1") ?? assert.fail();

describe("what a process is started by", () => {
  it("stands in three variables, and comes back as it was", () => {
    for (const trace of [null, bare, { ...bare, random: true }, { ...bare, sampled: false, traceState }])
      for (const baggage of [noBaggage, parseBaggage("tenant=acme;p,user=a%20b")]) {
        const environment = environmentFor({ PATH: "/bin" }, { trace, baggage });
        assert.deepEqual(startedBy(environment), { trace, baggage });
        assert.equal(environment["PATH"], "/bin");
      }
    assert.deepEqual(
      environmentFor({ PATH: "/bin" }, { trace: { ...bare, traceState }, baggage: parseBaggage("a=1") }),
      { PATH: "/bin", TRACEPARENT: parent, TRACESTATE: "rojo=1", BAGGAGE: "a=1" },
    );
  });

  it("is not what the parent was started by", () => {
    const own = { PATH: "/bin", TRACEPARENT: parent, TRACESTATE: "stale=1", BAGGAGE: "stale=1" };
    assert.deepEqual(environmentFor(own, { trace: bare, baggage: noBaggage }), {
      PATH: "/bin",
      TRACEPARENT: parent,
    });
    assert.deepEqual(environmentFor(own, { trace: null, baggage: noBaggage }), { PATH: "/bin" });
    assert.equal(own.TRACESTATE, "stale=1", "the environment itself stays as it is");
  });

  it("is nothing where variables are missing, empty or not valid", () => {
    const none = { trace: null, baggage: noBaggage };
    for (const environment of [
      {},
      { TRACEPARENT: "", TRACESTATE: "", BAGGAGE: "" },
      { TRACEPARENT: "\u0000\r\n", TRACESTATE: "rojo=1", BAGGAGE: "=" },
      { TRACEPARENT: `${parent},${parent}` },
      { traceparent: parent, baggage: "a=1" },
    ])
      assert.deepEqual(startedBy(environment), none);
    assert.deepEqual(startedBy({ TRACEPARENT: parent, TRACESTATE: "Bad=1" }), { ...none, trace: bare });
  });
});
