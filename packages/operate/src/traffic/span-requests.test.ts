import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Span } from "../diagnose/otlp.ts";
import { requestOfSpan } from "./span-requests.ts";

const span = (kind: number, attributes: Span["attributes"]): Span => ({
  service: "checkout",
  traceId: "9a386bcf86d3ace707f5c2aed3ce3490",
  spanId: "be3204c7594fc242",
  parentId: "",
  name: "POST",
  kind,
  links: [],
  fromMs: 1_000,
  toMs: 1_500,
  failed: false,
  attributes,
  line: 3,
});

const client = { "http.request.method": "POST", "url.full": "https://payments:8443/v1/charges?x=1" };

describe("a span", () => {
  it("of a client is a request on its way out", () => {
    const seen = requestOfSpan(
      span(3, { ...client, "server.address": "payments", "http.response.status_code": 503 }),
      1,
    );

    assert.deepEqual(
      [seen?.side, seen?.peer, seen?.target, seen?.status, seen?.ending, seen?.startMs, seen?.endMs],
      ["out", "payments", "/v1/charges?x=1", 503, "answered", 1_000, 1_500],
    );
  });

  it("of a server is a request that came in, also by the older names", () => {
    const seen = requestOfSpan(
      span(2, { "http.method": "POST", "http.target": "/orders", "http.status_code": "502" }),
      1,
    );

    assert.deepEqual([seen?.side, seen?.target, seen?.status], ["in", "/orders", 502]);
  });

  for (const [error, ending] of [
    ["AbortError", "given-up"],
    ["ETIMEDOUT", "given-up"],
    ["ECONNRESET", "reset"],
    ["ECONNREFUSED", "refused"],
    ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "closed"],
    ["_OTHER", "unknown"],
  ] as const) {
    it(`that ended with ${error} was ${ending}`, () => {
      assert.equal(requestOfSpan(span(3, { ...client, "error.type": error }), 1)?.ending, ending);
    });
  }

  for (const [error, status, ending] of [
    ["AbortError", 200, "given-up"],
    ["ECONNRESET", 200, "reset"],
    ["503", 503, "answered"],
    ["HTTPError", 503, "answered"],
  ] as const) {
    it(`with ${status} and ${error} was ${ending}`, () => {
      const facts = { ...client, "http.response.status_code": status, "error.type": error };
      const seen = requestOfSpan(span(3, facts), 1);

      assert.deepEqual([seen?.status, seen?.ending], [status, ending]);
    });
  }

  it("of anything else is no request", () => {
    assert.equal(requestOfSpan(span(1, client), 1), null);
    assert.equal(requestOfSpan(span(3, { "db.system": "postgresql" }), 1), null);
  });
});
