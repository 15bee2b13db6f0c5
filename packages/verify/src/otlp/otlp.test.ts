import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { otlpJson, otlpProtobuf, type TestSpan } from "../testing/otlp.ts";
import { spansInJson } from "./json.ts";
import { spansInProtobuf } from "./protobuf.ts";
import type { OtlpSpan } from "./span.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";
const parentSpanId = "00f067aa0ba902b7";

const encodings: Readonly<Record<string, (spans: readonly TestSpan[]) => OtlpSpan[]>> = {
  JSON: (spans) => spansInJson(otlpJson(spans)),
  protobuf: (spans) => spansInProtobuf(otlpProtobuf(spans)),
};

for (const [encoding, read] of Object.entries(encodings)) {
  describe(`spans in ${encoding}`, () => {
    it("are read whole", () => {
      const attributes = {
        "http.response.status_code": 503,
        "server.address": "127.0.0.1",
        retried: true,
        ratio: 0.25,
        offset: -7,
      };
      const status = { code: 2, message: "it answered 503" };
      const exception = { "exception.type": "TypeError" };
      const found = read([
        { traceId, spanId, parentSpanId, name: "POST", kind: 3, attributes, status, exception },
        { traceId, spanId: parentSpanId, name: "POST /orders", kind: 2 },
      ]);
      assert.deepEqual(found, [
        {
          traceId,
          spanId,
          parentId: parentSpanId,
          name: "POST",
          kind: "client",
          status: "error",
          message: "it answered 503",
          attributes,
          exception,
        },
        {
          traceId,
          spanId: parentSpanId,
          parentId: null,
          name: "POST /orders",
          kind: "server",
          status: "unset",
          message: "",
          attributes: {},
          exception: {},
        },
      ]);
    });

    it("are left out without an id, or with one of zeros", () => {
      assert.deepEqual(read([{ traceId, spanId: "" }]), []);
      assert.deepEqual(read([{ traceId: "0".repeat(32), spanId }]), []);
      assert.deepEqual(read([]), []);
    });

    it("have a kind that is not specified where it is of a number that nobody knows", () => {
      assert.equal(read([{ traceId, spanId, kind: 9 }])[0]?.kind, "unspecified");
    });
  });
}

describe("spans in JSON", () => {
  it("may have kinds and statuses by name", () => {
    const span = { traceId, spanId, kind: "SPAN_KIND_CLIENT", status: { code: "STATUS_CODE_ERROR" } };
    const [found] = spansInJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }));
    assert.deepEqual([found?.kind, found?.status], ["client", "error"]);
  });

  it("may have ids in base64, as some exporters send them", () => {
    const id = (hex: string) => Buffer.from(hex, "hex").toString("base64");
    const span = { traceId: id(traceId), spanId: id(spanId) };
    const [found] = spansInJson(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }));
    assert.deepEqual([found?.traceId, found?.spanId], [traceId, spanId]);
  });

  it("are none in whatever else is JSON, and throw on what is not", () => {
    for (const text of [
      "{}",
      "[]",
      "null",
      "7",
      '{"resourceSpans":{"scopeSpans":1}}',
      '{"resourceSpans":[null]}',
    ]) {
      assert.deepEqual(spansInJson(text), [], text);
    }
    assert.throws(() => spansInJson("no"), SyntaxError);
  });
});

/** One span with links, flags and a list among its attributes, as the Python bindings of opentelemetry-proto encode it. */
const fromPython = [
  "0ab1020a150a130a0c736572766963652e6e616d6512030a01781294020a050a036c6962128a020a100af7651916cd43",
  "dd8448eb211c80319c1208b7ad6b71692033311a03613d62220800f067aa0ba902b72a04504f5354300339409b95b51a",
  "f87b1841407c8bbb1af87b184a200a19687474702e726573706f6e73652e7374617475735f636f6465120318f7034a13",
  "0a0a6572726f722e7479706512050a033530334a080a026f6b120210014a0e0a016412092100000000000004c04a0f0a",
  "046c69737412072a050a030a01715a2e0905000000000000001209657863657074696f6e1a180a0e657863657074696f",
  "6e2e7479706512060a04426f6f6d6a1c0a1031313131313131313131313131313131120832323232323232327a0d1209",
  "6974206661696c656418028501010100001a0173",
].join("");

describe("spans in protobuf", () => {
  it("are read as another implementation writes them", () => {
    assert.deepEqual(spansInProtobuf(Buffer.from(fromPython, "hex")), [
      {
        traceId,
        spanId,
        parentId: parentSpanId,
        name: "POST",
        kind: "client",
        status: "error",
        message: "it failed",
        attributes: { "http.response.status_code": 503, "error.type": "503", ok: true, d: -2.5 },
        exception: { "exception.type": "Boom" },
      },
    ]);
  });

  it("throw on bytes that break off", () => {
    const whole = otlpProtobuf([{ traceId, spanId }]);
    assert.throws(() => spansInProtobuf(whole.subarray(0, -3)), RangeError);
  });
});
