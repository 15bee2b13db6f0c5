import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { lineReader } from "./line-format.ts";
import { readAccess } from "./read-access.ts";

const read = (text: string, format: string | null = null) =>
  readAccess({ file: 0, line: 1, text }, format === null ? null : lineReader(format));

const envoy = (code: string, flags: string) =>
  `[2026-11-28T04:20:08.301Z] "POST /v1/charges HTTP/1.1" ${code} ${flags} 52 0 7 5 "-" "node" "7e1c" "payments:443" "10.1.2.3:443"`;

describe("a line of an access log", () => {
  it("is read in Envoy's default format", () => {
    const seen = read(envoy("201", "-"));

    assert.equal(seen?.startMs, Date.UTC(2026, 10, 28, 4, 20, 8, 301));
    assert.equal(seen?.endMs, Date.UTC(2026, 10, 28, 4, 20, 8, 308));
    assert.equal(seen?.resolutionMs, 1);
    assert.deepEqual(
      [seen?.method, seen?.target, seen?.status, seen?.ending, seen?.peer, seen?.request, seen?.firstByteMs],
      ["POST", "/v1/charges", 201, "answered", "payments", "7e1c", 5],
    );
  });

  it("tells an attempt that was given up from one that was answered", () => {
    assert.equal(read(envoy("0", "DC"))?.ending, "given-up");
    assert.equal(read(envoy("0", "DC"))?.status, null);
    assert.equal(read(envoy("503", "UC"))?.status, 503);
  });

  it("tells an answer that was not whole, by whose end, from one that never came", () => {
    const ends = (code: string, flags: string) => [
      read(envoy(code, flags))?.status,
      read(envoy(code, flags))?.ending,
    ];

    assert.deepEqual(ends("200", "DC"), [200, "given-up"]);
    assert.deepEqual(ends("200", "UC"), [200, "closed"]);
    assert.deepEqual(ends("0", "UC"), [null, "reset"]);
  });

  it("is read in nginx's combined format, which has neither ids nor times that could be compared", () => {
    const seen = read(
      '10.0.0.1 - - [28/Nov/2026:04:20:08 +0000] "GET /v1/prices/7 HTTP/1.1" 499 0 "-" "curl/8"',
    );

    assert.equal(seen?.ending, "given-up");
    assert.equal(seen?.trace, null);
    assert.equal(seen?.startMs, null);
    assert.equal(seen?.resolutionMs, 1_000);
  });

  it("is read by a format of its own: nginx writes when a request had ended", () => {
    const seen = read(
      '1795839608.307 0.120 "GET /a HTTP/1.1" 200 "00-9a386bcf86d3ace707f5c2aed3ce3490-be3204c7594fc242-01"',
      '$msec $request_time "$request" $status "$http_traceparent"',
    );

    assert.equal(seen?.endMs, 1_795_839_608_307);
    assert.equal(seen?.startMs, 1_795_839_608_187);
    assert.equal(seen?.trace, "9a386bcf86d3ace707f5c2aed3ce3490");
  });

  it("is read from JSON as Istio writes it, with the side of its cluster and headers that were not there", () => {
    const seen = read(
      JSON.stringify({
        start_time: "2026-11-28T04:20:08.301Z",
        duration: 12,
        method: "GET",
        path: "/v1/prices/7",
        response_code: 503,
        response_flags: "-",
        upstream_cluster: "outbound|443||prices.example.org",
        traceparent: null,
        retry_after: "2",
      }),
    );

    assert.equal(seen?.side, "out");
    assert.equal(seen?.peer, "prices.example.org");
    assert.deepEqual(seen?.headers, { traceparent: null, "answer:retry-after": "2" });
  });

  for (const [name, text] of [
    [
      "a line of an application's log",
      '{"time":"2026-11-28T04:20:08Z","status":503,"method":"GET","path":"/x"}',
    ],
    ["text", "the provider answered 503"],
    ["half a document", '{"duration": 12, "status": 20'],
    ["a request without a path", '- - - [28/Nov/2026:04:20:08 +0000] "\\x16\\x03\\x01" 400 0 "-" "-"'],
    ["a method in lower case", envoy("200", "-").replace("POST", "post")],
  ] as const) {
    it(`is not seen in ${name}`, () => assert.equal(read(text), null));
  }

  it("takes whatever stands in it for data, and no longer than it is long", () => {
    const hostile = `${envoy("200", "-").replace("node", `${'a" '.repeat(20_000)}\u202E`)}`;

    assert.doesNotThrow(() => read(hostile));
    assert.doesNotThrow(() => read(`{"duration":${"[".repeat(50_000)}`));
  });
});
