import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CallFacts, evidenceWith, targetWith, times, verdictOf } from "../testing/evidence.ts";
import { retriesAreSiblings } from "./retries-are-siblings.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const other = "0af7651916cd43dd8448eb211c80319c";
const span = (number: number) => `b7ad6b716920333${number}`;
const parent = (spanId: string, traceId = trace) => `00-${traceId}-${spanId}-01`;
const declared = targetWith({ service: { correlation: "traceparent" } });

/** A call whose attempts carry these. */
function carrying(...values: readonly (string | null)[]): CallFacts {
  return {
    traceparent: parent("00f067aa0ba902b7"),
    attempts: values.map((value, index) => ({
      at: index * 100,
      healthy: index === values.length - 1,
      headers: value === null ? {} : { traceparent: value },
    })),
    outcome: "succeeded",
  };
}

const siblings = carrying(parent(span(1)), parent(span(2)));

function judged(call: CallFacts | readonly CallFacts[], target = declared, calls = 4) {
  const found = Array.isArray(call) ? call : times(calls, call as CallFacts);
  return verdictOf(retriesAreSiblings, evidenceWith({ "503-once": found }), target);
}

describe("retries-are-siblings", () => {
  it("passes one trace with a span for each attempt", () => {
    const found = judged(siblings);
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /in 4 calls that were sent again \(503-once\)/);
  });

  it("fails several traces where a trace is declared, and advises elsewhere", () => {
    const apart = carrying(parent(span(1)), parent(span(2), other));
    assert.equal(judged(apart).verdict, "fail");
    assert.match(judged([siblings, siblings, apart]).because, /in 1 of 3 calls .* several traces/);
    for (const target of [targetWith(), targetWith({ service: { correlation: "x-request-id" } })])
      assert.equal(judged(apart, target).verdict, "advice");
  });

  it("advises on one span for several attempts, and says whose it is", () => {
    const alike = judged(carrying(parent(span(1)), parent(span(1))));
    assert.equal(alike.verdict, "advice");
    assert.match(alike.because, /carried one span id/);
    const handedOn = judged(carrying(parent("00f067aa0ba902b7"), parent("00f067aa0ba902b7")));
    assert.match(handedOn.because, /carried the span id of their caller/);
    const twoOfThree = carrying(parent(span(1)), parent(span(2)), parent(span(2)));
    assert.equal(judged(twoOfThree).verdict, "advice");
  });

  it("leaves a transport's own replay out", () => {
    const replayed: CallFacts = {
      attempts: [
        { at: 0, digest: "same", headers: { traceparent: parent(span(1)) } },
        { at: 1, digest: "same", headers: { traceparent: parent(span(1)) } },
        { at: 90, healthy: true, headers: { traceparent: parent(span(2)) } },
      ],
    };
    assert.equal(judged(replayed).verdict, "pass");
  });

  it("leaves to id-in-to-out what carries no trace", () => {
    for (const call of [carrying(null, null), carrying(parent(span(1)), null), carrying("what", "what")]) {
      const found = judged(call);
      assert.equal(found.verdict, "not-applicable");
      assert.match(found.because, /no two attempts of a call carried a trace/);
    }
  });

  it("says when nothing was sent again, or too little", () => {
    assert.match(judged(carrying(parent(span(1)))).because, /nothing failed|only/);
    const once: CallFacts = { attempts: [{ at: 0, headers: { traceparent: parent(span(1)) } }] };
    assert.match(judged(once).because, /nothing was sent again in 4 failing calls/);
    assert.equal(judged(once, declared, 2).verdict, "inconclusive");
    assert.equal(judged(siblings, declared, 2).verdict, "inconclusive");
  });

  it("does not apply to a mesh that sends again", () => {
    const [integration] = declared.contract.integrations;
    assert.ok(integration);
    const target = { ...declared, integration: { ...integration, layer: "mesh" as const } };
    assert.equal(judged(siblings, target).verdict, "not-applicable");
  });
});
