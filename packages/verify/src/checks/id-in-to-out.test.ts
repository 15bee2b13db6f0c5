import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Service } from "@holdfast/contract";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { idInToOut } from "./id-in-to-out.ts";

const trace = (index: number) => (index + 1).toString(16).padStart(32, "0");
const parent = (id: string) => `00-${id}-00f067aa0ba902b7-01`;
const withService = (service: Partial<Service>) => targetWith({ service });
const declared = withService({ correlation: "traceparent" });

function judged(
  headers: (index: number) => Record<string, string>,
  target = declared,
  more: Readonly<Record<string, readonly CallFacts[]>> = {},
  calls = 35,
) {
  const evidence = evidenceWith(more, {
    healthyCall: (index) => ({
      traceId: trace(index),
      correlation: `corr-${index}`,
      attempts: [{ at: 1, healthy: true, headers: headers(index) }],
    }),
  });
  return verdictOf(idInToOut, { ...evidence, healthy: evidence.healthy.slice(0, calls) }, target);
}

describe("id-in-to-out", () => {
  it("passes when the incoming trace goes out", () => {
    const found = judged((index) => ({ traceparent: parent(trace(index)) }));
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /35 calls/);
  });

  it("passes a declared header with the incoming value", () => {
    const target = withService({ correlation: "x-request-id" });
    assert.equal(judged((index) => ({ "x-request-id": `corr-${index}` }), target).verdict, "pass");
    assert.equal(judged(() => ({ "x-request-id": "another" }), target).verdict, "fail");
    assert.equal(judged((index) => ({ traceparent: parent(trace(index)) }), target).verdict, "fail");
  });

  it("finds a trace that is restarted, dropped, malformed, or lost in one call", () => {
    assert.match(judged((index) => ({ traceparent: parent(trace(index + 99)) })).because, /another id/);
    assert.match(judged(() => ({})).because, /without traceparent/);
    assert.equal(judged((index) => ({ traceparent: trace(index) })).verdict, "fail");
    const one = judged(
      (index): Record<string, string> => (index === 3 ? {} : { traceparent: parent(trace(index)) }),
    );
    assert.match(one.because, /1 of 35/);
  });

  it("takes the call's own id, or the trace id inside the header, for the incoming id", () => {
    const target = withService({ correlation: "x-request-id" });
    assert.equal(judged((index) => ({ "x-request-id": `prefix-${trace(index)}` }), target).verdict, "pass");
  });

  it("advises where nothing is declared", () => {
    assert.equal(judged(() => ({}), targetWith()).verdict, "advice");
    assert.equal(judged((index) => ({ traceparent: parent(trace(index)) }), targetWith()).verdict, "pass");
  });

  it("looks at retries too", () => {
    const retried: CallFacts = {
      traceId: trace(500),
      attempts: [
        { at: 0, headers: { traceparent: parent(trace(500)) } },
        { at: 100, healthy: true },
      ],
    };
    const found = judged((index) => ({ traceparent: parent(trace(index)) }), declared, {
      "503-once": times(3, retried),
    });
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /3 of 38/);
  });

  it("needs twenty calls to say always", () => {
    assert.equal(
      judged((index) => ({ traceparent: parent(trace(index)) }), declared, {}, 19).verdict,
      "inconclusive",
    );
    assert.equal(
      judged((index) => ({ traceparent: parent(trace(index)) }), declared, {}, 20).verdict,
      "pass",
    );
  });
});
