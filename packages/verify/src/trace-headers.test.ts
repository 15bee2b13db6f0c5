import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { attemptOf } from "./testing/evidence.ts";
import { idIn, spanOf } from "./trace-headers.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const carrying = (headers: Record<string, string>) => attemptOf({ at: 0, headers });

describe("the trace of an attempt", () => {
  it("is read from traceparent, b3 and the headers of B3", () => {
    const span = { traceId, spanId };
    assert.deepEqual(spanOf(carrying({ traceparent: `00-${traceId}-${spanId}-01` })), span);
    assert.deepEqual(spanOf(carrying({ b3: `${traceId}-${spanId}-1` })), span);
    assert.deepEqual(spanOf(carrying({ "x-b3-traceid": traceId, "x-b3-spanid": spanId })), span);
  });

  it("is none where nothing valid stands", () => {
    for (const headers of [{}, { traceparent: "what" }, { b3: "0" }, { "x-b3-traceid": traceId }])
      assert.equal(spanOf(carrying(headers)), null);
  });

  it("has an id in whatever header is declared", () => {
    assert.equal(idIn(carrying({ traceparent: `00-${traceId}-${spanId}-01` }), "traceparent"), traceId);
    assert.equal(idIn(carrying({ traceparent: `00-${"0".repeat(32)}-${spanId}-01` }), "traceparent"), null);
    assert.equal(idIn(carrying({ b3: `${traceId}-${spanId}-1` }), "b3"), traceId);
    assert.equal(idIn(carrying({ "x-request-id": "r-1" }), "x-request-id"), "r-1");
    assert.equal(idIn(carrying({ "x-request-id": " " }), "x-request-id"), null);
    assert.equal(idIn(carrying({}), "x-request-id"), null);
  });
});
