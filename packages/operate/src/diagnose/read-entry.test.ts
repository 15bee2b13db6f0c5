import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { diagnosing } from "./diagnosis.ts";
import { readEntry, serviceOfFile } from "./read-entry.ts";

const origin = { file: 0, service: "checkout", year: 2026 };
const atMs = Date.UTC(2026, 10, 28, 1, 41, 3, 275);
const trace = "0af7651916cd43dd8448eb211c80319c";

describe("readEntry", () => {
  const times: readonly (readonly [string, number, boolean])[] = [
    ['{"time":"2026-11-28T01:41:03.275Z","msg":"x"}', atMs, true],
    ['{"time":"2026-11-28T03:41:03.275+02:00","msg":"x"}', atMs, true],
    [`{"ts":${atMs},"msg":"x"}`, atMs, true],
    [`{"timestamp":"${atMs}000000","msg":"x"}`, atMs, true],
    ["2026-11-28 01:41:03,275 INFO x", atMs, false],
    ["2026-11-28T01:41:03.275000000Z stdout F x", atMs, true],
    ["ts=2026-11-27T20:41:03.275-0500 level=info msg=x", atMs, true],
    ['1.2.3.4 - - "GET / HTTP/1.1" 200', Number.NaN, true],
    ["[28/Nov/2026:01:41:03 +0000] x", atMs - 275, true],
    ["Nov 28 01:41:03 host app[12]: x", atMs - 275, false],
    ["2024-02-29T00:00:00Z x", Date.UTC(2024, 1, 29), true],
    ["2026-13-28T01:41:03Z x", Number.NaN, true],
  ];
  for (const [line, expected, zoned] of times)
    it(`reads the time of ${line}`, () => {
      const entry = readEntry(origin, 1, line);
      assert.deepEqual([entry.atMs ?? Number.NaN, entry.zoned], [expected, zoned]);
    });

  it("reads the same call out of JSON, logfmt and text", () => {
    const lines = [
      `{"level":"error","trace_id":"${trace}","provider":"payments","status":503}`,
      `level=error trace_id=${trace} provider=payments status=503`,
      `ERROR trace=${trace} upstream payments answered 503 in 12 ms`,
      `{"severityText":"ERROR","traceId":"${trace}","attributes":{"peer.service":"payments","http.response.status_code":503}}`,
      `{"level":50,"traceparent":"00-${trace}-b7ad6b7169203331-01","upstream":"http://payments:80/x","statusCode":503}`,
    ];
    for (const line of lines) {
      const { call, level, told } = readEntry(origin, 1, line);
      assert.equal(call, trace, line);
      assert.equal(level, "error", line);
      assert.equal(Number(told.status), 503, line);
      assert.match(String(told.dependency), /payments/, line);
    }
  });

  it("takes no id of zeros for a trace", () => {
    assert.equal(readEntry(origin, 1, `{"trace_id":"${"0".repeat(32)}","request_id":"r1"}`).call, "r1");
  });

  it("names services after their files", () => {
    const names = ["checkout.log", "a/checkout-2.log.gz", "checkout.log.txt", "checkout.log.3.gz"];
    assert.deepEqual(names.map(serviceOfFile), ["checkout", "checkout", "checkout", "checkout"]);
  });

  it("never throws, and no diagnosis does, whatever lines hold", () => {
    const keys = fc.constantFrom(
      "time",
      "level",
      "status",
      "trace_id",
      "error",
      "__proto__",
      "order",
      "from",
      "to",
      "a",
    );
    const json = fc.dictionary(keys, fc.jsonValue()).map((value) => JSON.stringify(value));
    const pairs = fc
      .array(fc.tuple(keys, fc.string()))
      .map((all) => all.map(([key, value]) => `${key}=${value}`).join(" "));
    const stamped = fc.tuple(
      fc.constantFrom("2026-11-28T01:41:03Z ", "9999-99-99 99:99:99 ", ""),
      fc.oneof(json, pairs, fc.string({ unit: "binary" })),
    );
    fc.assert(
      fc.property(fc.array(stamped, { maxLength: 30, size: "max" }), (lines) => {
        const diagnosis = diagnosing();
        for (const [at, parts] of lines.entries()) diagnosis.take(readEntry(origin, at + 1, parts.join("")));
        const first = JSON.stringify(diagnosis.end());
        // biome-ignore lint/suspicious/noControlCharactersInRegex: controls must not come through.
        assert.doesNotMatch(first, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      }),
      { numRuns: 300 },
    );
  });
});
