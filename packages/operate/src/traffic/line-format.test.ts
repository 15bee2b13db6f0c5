import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isCodedError } from "@holdfast/core";
import { lineReader } from "./line-format.ts";

describe("a format of an access log", () => {
  it("reads variables of nginx, with braces or without, and leaves out what tells nothing", () => {
    const read = lineReader('$remote_addr [$time_local] "$request" ${status} "$http_traceparent"');

    const fields = read('10.0.0.1 [28/Nov/2026:04:00:00 +0000] "GET /a HTTP/1.1" 503 "-"');

    assert.deepEqual(Object.fromEntries(fields ?? []), {
      end: "28/Nov/2026:04:00:00 +0000",
      "request-line": "GET /a HTTP/1.1",
      status: "503",
      "header:traceparent": "-",
    });
  });

  it("reads operators of Envoy, headers of both sides among them", () => {
    const read = lineReader(
      "%START_TIME(%s.%3f)% %REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %RESPONSE_CODE% %RESP(RETRY-AFTER):10%",
    );

    const fields = read("1795839608.307 GET /v1/prices/7 429 2");

    assert.equal(fields?.get("start"), "1795839608.307");
    assert.equal(fields?.get("target"), "/v1/prices/7");
    assert.equal(fields?.get("answer:retry-after"), "2");
  });

  it("refuses a line of another format, and one that is too long or too short for it", () => {
    const read = lineReader('"$request" $status;');

    assert.equal(read('"GET / HTTP/1.1" 200'), null);
    assert.equal(read('"GET / HTTP/1.1" 200; more'), null);
    assert.equal(read("something else"), null);
  });

  for (const [format, says] of [
    ["no variables at all", /names no variable/],
    ["$request$status", /nothing between them/],
    ["$request $request_time", /names no status/],
    ["$status $request_time", /names no request/],
    [`$request $status ${"x".repeat(4_001)}`, /longer than 4000/],
  ] as const) {
    it(`refuses a format that ${String(says).slice(1, -1)}`, () => {
      assert.throws(
        () => lineReader(format),
        (error) => isCodedError(error) && error.code === "USAGE" && says.test(error.message),
      );
    });
  }
});
