import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import type { SpanRecord } from "../otlp/span-record.ts";
import { otlpJson, otlpProtobuf } from "../testing/otlp.ts";
import { openSpanSink } from "./span-sink.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const attributes = {
  "http.response.status_code": 503,
  "url.full": "http://127.0.0.1:1/v1/charges?token=hunter2",
  "error.type": "hunter2 refused",
  "http.request.header.authorization": "Bearer x",
};
const span = { traceId, spanId, kind: 3, name: "POST", attributes, status: { code: 2 } };

async function sink(test: TestContext) {
  const records: SpanRecord[] = [];
  const redact = (text: string) => text.replaceAll("hunter2", "«secret»");
  const opened = await openSpanSink({ record: (one) => records.push(one), redact });
  test.after(() => opened.close());
  const endpoint = opened.variables["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] ?? "";
  const post = (body: string | Uint8Array, headers: Record<string, string>, url = endpoint) =>
    fetch(url, { method: "POST", headers, body: typeof body === "string" ? body : new Uint8Array(body) });
  return { records, post, endpoint };
}

describe("the sink of spans", () => {
  const ways: Readonly<Record<string, readonly [string | Buffer, Record<string, string>]>> = {
    JSON: [otlpJson([span]), { "content-type": "application/json" }],
    protobuf: [otlpProtobuf([span]), { "content-type": "application/x-protobuf" }],
    "protobuf, zipped": [
      gzipSync(otlpProtobuf([span])),
      { "content-type": "application/x-protobuf", "content-encoding": "gzip" },
    ],
  };
  for (const [way, [body, headers]] of Object.entries(ways)) {
    it(`keeps of a span in ${way} what is judged, redacted`, async (test) => {
      const { records, post } = await sink(test);
      const answer = await post(body, headers);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("content-type"), headers["content-type"]);
      assert.deepEqual(records, [
        {
          type: "span",
          trace: traceId,
          span: spanId,
          parent: null,
          name: "POST",
          kind: "client",
          status: "error",
          message: "",
          attributes: {
            "http.response.status_code": 503,
            "url.full": "http://127.0.0.1:1/v1/charges",
            "error.type": "«secret» refused",
          },
        },
      ]);
    });
  }

  it("refuses what it cannot read, and takes metrics and logs without keeping them", async (test) => {
    const { records, post, endpoint } = await sink(test);
    assert.equal((await post("{", { "content-type": "application/json" })).status, 400);
    assert.equal((await post(Buffer.from([0x0b]), { "content-type": "application/x-protobuf" })).status, 400);
    const metrics = endpoint.replace("traces", "metrics");
    assert.equal((await post("whatever", { "content-type": "application/json" }, metrics)).status, 200);
    assert.deepEqual(records, []);
  });

  it("takes no more at once than it should hold", async (test) => {
    const { records, post } = await sink(test);
    const large = JSON.stringify({ resourceSpans: [], padding: "x".repeat(5 << 20) });
    const status = await post(large, { "content-type": "application/json" }).then(
      (answer) => answer.status,
      () => "closed",
    );
    assert.notEqual(status, 200);
    assert.deepEqual(records, []);
  });
});
