import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Attempt } from "../model.ts";
import {
  type AttemptFacts,
  attemptOf,
  type CallFacts,
  evidenceWith,
  targetWith,
  times,
  verdictOf,
} from "../testing/evidence.ts";
import { resendsIdenticalRequest } from "./resends-identical-request.ts";

const sent = { authorization: "«authorization:1:9»", "content-type": "application/json", accept: "*/*" };

/** A call whose second attempt differs from the first one in what is given. */
function twice(second: Partial<AttemptFacts>, first: Partial<AttemptFacts> = {}): CallFacts {
  const plain = { method: "POST", headers: sent, body: "b" };
  return {
    attempts: [
      { at: 0, ...plain, ...first },
      { at: 100, healthy: true, ...plain, ...second },
    ],
    outcome: "succeeded",
  };
}

/** A request that says something besides. */
function request(facts: Partial<Attempt["request"]>): Partial<AttemptFacts> {
  const plain = attemptOf({ at: 0, method: "POST", headers: sent, body: "b" });
  return { request: { ...plain.request, bodyBytes: 20, ...facts } };
}

function judged(call: CallFacts, calls = 4, target = targetWith()) {
  return verdictOf(resendsIdenticalRequest, evidenceWith({ "503-once": times(calls, call) }), target);
}

const withHeaders = (headers: Record<string, string>) => twice({ headers: { ...sent, ...headers } });
const without = (name: string) =>
  twice({ headers: Object.fromEntries(Object.entries(sent).filter(([one]) => one !== name)) });

describe("resends-identical-request", () => {
  it("passes what is sent again as it was", () => {
    const found = judged(twice({}));
    assert.equal(found.verdict, "pass");
    assert.match(found.because, /in 4 calls that were sent again \(503-once\)/);
  });

  for (const [what, call, words] of [
    ["another body", twice(request({ bodyDigest: "other" })), /had another body/],
    ["an empty body", twice(request({ bodyBytes: 0, bodyDigest: "nothing" })), /had an empty body/],
    ["another path", twice(request({ target: "/v1/refunds" })), /had another path/],
    ["another method", twice({ method: "PUT" }), /had PUT instead of POST/],
    ["a lost authorization", without("authorization"), /had no authorization/],
    ["an empty authorization", withHeaders({ authorization: "" }), /had no authorization/],
    ["a lost content type", without("content-type"), /had no content-type/],
  ] as const) {
    it(`fails ${what}`, () => {
      const found = judged(call);
      assert.equal(found.verdict, "fail");
      assert.match(found.because, words);
    });
  }

  it("fails one call with another body among others with another header, and speaks of the body", () => {
    const calls = [...times(3, without("accept")), twice(request({ bodyDigest: "other" }))];
    const found = verdictOf(resendsIdenticalRequest, evidenceWith({ "503-once": calls }), targetWith());
    assert.equal(found.verdict, "fail");
    assert.match(found.because, /in 1 of 4 calls .* had another body$/);
  });

  it("advises on another query, and on other headers that change, come or go", () => {
    const counted = judged(twice(request({ target: "/v1/charges?attempt=2" })));
    assert.match(counted.because, /another query/);
    assert.equal(counted.verdict, "advice");
    assert.match(judged(withHeaders({ accept: "text/html" })).because, /another accept/);
    assert.match(judged(withHeaders({ "x-tenant": "b" })).because, /x-tenant added/);
    assert.match(judged(without("accept")).because, /had no accept/);
    assert.equal(judged(without("accept")).verdict, "advice");
  });

  it("lets change what belongs to the attempt", () => {
    for (const name of [
      "traceparent",
      "x-request-id",
      "x-stainless-retry-count",
      "amz-sdk-request",
      "x-envoy-attempt-count",
      "x-envoy-expected-rq-timeout-ms",
      "date",
      "x-amz-date",
      "x-signature",
      "idempotency-key",
      "content-length",
    ]) {
      assert.equal(judged(withHeaders({ [name]: "other" })).verdict, "pass", name);
    }
    assert.equal(
      judged(withHeaders({ authorization: "«authorization:2:9»" })).verdict,
      "pass",
      "a fresh token",
    );
    const keyed = targetWith({ operation: { idempotencyKey: "X-Charge" } });
    assert.equal(judged(withHeaders({ "x-charge": "2" }), 4, keyed).verdict, "pass");
  });

  it("takes parts with a new boundary, and what is compressed anew, for the same body", () => {
    const parts = (boundary: string, bodyBytes = 20) => {
      const type = `multipart/form-data; boundary=${boundary}`;
      return request({ headers: [["content-type", type]], bodyDigest: boundary, bodyBytes });
    };
    const packed = (digest: string) =>
      request({ headers: [["content-encoding", "gzip"]], bodyDigest: digest });
    assert.equal(judged(twice(parts("2"), parts("1"))).verdict, "pass");
    assert.equal(judged(twice(packed("2"), packed("1"))).verdict, "pass");
    assert.equal(judged(twice(parts("2", 0), parts("1"))).verdict, "fail");
  });

  it("does not compare what a redirect or a refusal led to", () => {
    const answered = (status: number) => ({
      response: { status, headers: [], bodyBytes: 0, firstByteMs: 0, completeMs: 1 },
    });
    assert.equal(judged(twice({ method: "GET" }, answered(303))).verdict, "not-applicable");
    assert.equal(judged(twice({ body: "plain" }, answered(415))).verdict, "not-applicable");
    assert.equal(judged(twice({ body: "other" }, answered(503))).verdict, "fail");
  });

  it("says when nothing was sent again, or too little", () => {
    const once: CallFacts = { attempts: [{ at: 0 }] };
    assert.equal(judged(once).verdict, "not-applicable");
    assert.equal(judged(once, 2).verdict, "inconclusive");
    assert.equal(judged(twice({}), 2).verdict, "inconclusive");
    assert.equal(judged(twice({ body: "other" }), 2).verdict, "fail");
  });
});
