import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { eachAttribute, readMessage } from "./cloud-events.ts";
import type { Envelope } from "./envelope.ts";
import { percentDecode, percentEncode } from "./percent.ts";

const facts = { timeMs: 1_000 };
const bytes = (text: string): Uint8Array => Buffer.from(text);

const envelopes: fc.Arbitrary<Envelope> = fc.record({
  id: fc.uuid(),
  source: fc.webUrl({ size: "small" }),
  type: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,60}$/),
  timeMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  key: fc.option(fc.string({ minLength: 1, maxLength: 100 }).filter((key) => !key.includes("\0"))),
  seq: fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  contentType: fc.constantFrom("application/json", "application/octet-stream", "text/plain; charset=utf-8"),
  headers: fc.dictionary(
    fc.stringMatching(/^x[a-z0-9-]{0,20}$/),
    fc.string({ unit: "grapheme", maxLength: 60 }),
  ),
  body: fc.uint8Array({ maxLength: 200 }),
});

function attributesOf(envelope: Envelope): Record<string, string> {
  const attributes: Record<string, string> = {};
  eachAttribute(envelope, (name, value) => {
    attributes[name] = value;
  });
  return attributes;
}

describe("cloud events", () => {
  it("come back as they went, whatever is in them", () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        const read = readMessage(
          { ...attributesOf(envelope), datacontenttype: envelope.contentType },
          envelope.body,
          facts,
        );
        assert.equal(read.problem, undefined);
        assert.deepEqual(read.envelope, { ...envelope, headers: { ...envelope.headers } });
      }),
      { numRuns: 500 },
    );
  });

  it("let no header take the place of an attribute", () => {
    const envelope: Envelope = {
      id: "018f0000-0000-7000-8000-000000000001",
      source: "/shop",
      type: "order.placed",
      timeMs: 0,
      key: null,
      seq: null,
      contentType: "application/json",
      headers: { id: "another", subject: "another", traceparent: "00-1" },
      body: bytes("{}"),
    };
    const { id, subject, traceparent } = attributesOf(envelope);
    assert.deepEqual([id, subject, traceparent], [envelope.id, undefined, "00-1"]);
  });

  it("make ids of other producers into UUIDs that stay the same, and keep the original", () => {
    const read = (id: string, source = "/other") =>
      readMessage({ id, source, type: "order.placed" }, bytes("{}"), facts);
    const { envelope, problem } = read("A234-1234-1234");
    assert.equal(problem, undefined);
    assert.match(envelope.id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(envelope.headers["originalid"], "A234-1234-1234");
    assert.equal(read("A234-1234-1234").envelope.id, envelope.id);
    assert.notEqual(read("A234-1234-1234", "/third").envelope.id, envelope.id);
  });

  it("are made of what the transport says where attributes are missing", () => {
    const id = "018f0000-0000-7000-8000-000000000001";
    const { envelope, problem } = readMessage({}, bytes("hello"), {
      id: id.toUpperCase(),
      type: "order.placed",
      contentType: "text/plain",
      timeMs: 5.5,
    });
    assert.equal(problem, undefined);
    assert.deepEqual(envelope, {
      id,
      source: "urn:unknown",
      type: "order.placed",
      timeMs: 5,
      key: null,
      seq: null,
      contentType: "text/plain",
      headers: {},
      body: bytes("hello"),
    });
  });

  it("are dead letters with a reason where there is no id or no type", () => {
    const { envelope, problem } = readMessage({}, bytes("hello"), { ...facts, identity: "ORDERS 7" });
    assert.equal(problem?.code, "MESSAGE_UNREADABLE");
    assert.match(problem.message, /its type is missing, its id is missing/);
    assert.equal(envelope.type, "unknown");
    assert.equal(readMessage({}, bytes("x"), { ...facts, identity: "ORDERS 7" }).envelope.id, envelope.id);
    assert.notEqual(readMessage({}, bytes("x"), { ...facts, identity: "ORDERS 8" }).envelope.id, envelope.id);
  });

  it("are read in structured mode", () => {
    const event = (data: object): Uint8Array =>
      bytes(JSON.stringify({ specversion: "1.0", id: "1", source: "/s", type: "t", comexample: 7, ...data }));
    const read = (content: Uint8Array, contentType = "application/cloudevents+json; charset=utf-8") =>
      readMessage({}, content, { ...facts, contentType });
    const { envelope, problem } = read(event({ data: { a: 1 }, subject: "k", time: "1970-01-01T00:00:09Z" }));
    assert.equal(problem, undefined);
    assert.equal(Buffer.from(envelope.body).toString(), '{"a":1}');
    assert.deepEqual(
      [envelope.key, envelope.timeMs, envelope.contentType, envelope.headers],
      ["k", 9_000, "application/json", { comexample: "7", originalid: "1" }],
    );
    assert.deepEqual([...read(event({ data_base64: "AP8=" })).envelope.body], [0, 255]);
    const text = read(event({ data: "plain", datacontenttype: "text/plain" }));
    assert.equal(Buffer.from(text.envelope.body).toString(), "plain");
    assert.equal(read(bytes("[1]")).problem?.code, "MESSAGE_UNREADABLE");
    assert.equal(read(bytes("no")).problem?.code, "MESSAGE_UNREADABLE");
    assert.match(read(event({}), "application/cloudevents-batch+json").problem?.message ?? "", /batch/);
  });

  it("never throw and always give what a store can keep, whatever comes", () => {
    const seen = { read: 0, unreadable: 0 };
    const name = fc.oneof(
      fc.constantFrom("id", "type", "source", "time", "subject", "sequence", "datacontenttype", "__proto__"),
      fc.string(),
    );
    const text = fc.oneof(fc.string({ unit: "binary", size: "medium" }), fc.stringMatching(/^[!-~]{1,40}$/));
    fc.assert(
      fc.property(
        fc.dictionary(name, text),
        fc.oneof(fc.uint8Array(), fc.json().map(bytes)),
        fc.record(
          {
            id: text,
            type: text,
            contentType: fc.oneof(text, text, text, fc.constant("application/cloudevents+json")),
          },
          { requiredKeys: ["id", "type"] },
        ),
        (attributes, content, transport) => {
          const { envelope, problem } = readMessage(attributes, content, { ...facts, ...transport });
          seen[problem === undefined ? "read" : "unreadable"]++;
          assert.match(envelope.id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
          assert.match(envelope.type, /^[!-~]{1,127}$/);
          assert.match(envelope.contentType, /^[ -~]{1,127}$/);
          for (const value of [envelope.source, envelope.key ?? "k"]) {
            assert.ok(value.length >= 1 && value.length <= 255 && value.isWellFormed());
            assert.ok(!value.includes("\0"));
          }
          for (const header of Object.keys(envelope.headers)) assert.match(header, /^[a-z0-9-]+$/);
          assert.ok(Number.isSafeInteger(envelope.timeMs));
        },
      ),
      { numRuns: 1_000 },
    );
    assert.ok(seen.read > 50 && seen.unreadable > 50, JSON.stringify(seen));
  });
});

describe("percent-encoding", () => {
  it("gives printable ASCII and the text again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.match(percentEncode(text), /^[!#$&-~%]*$/);
        assert.equal(percentDecode(percentEncode(text)), text.toWellFormed());
        percentDecode(text);
      }),
      { numRuns: 500 },
    );
    assert.equal(percentEncode('Euro € "50 %"'), "Euro%20%E2%82%AC%20%2250%20%25%22");
    assert.equal(percentDecode("100%"), "100%");
  });
});
