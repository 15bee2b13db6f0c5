import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Envelope } from "../../envelope.ts";
import { deliveryInfoOf, headerBlockOf, messageIdOf } from "./message.ts";
import { covers, matches } from "./topology.ts";

const envelope: Envelope = {
  id: "018f0000-0000-7000-8000-000000000001",
  source: "/shop",
  type: "order.placed",
  timeMs: 0,
  key: "Nº 5\r\nInjected: yes",
  seq: 3,
  contentType: "application/json",
  headers: { note: "a b\r\n\r\nHPUB x 0 0" },
  body: new Uint8Array(0),
};

describe("nats message", () => {
  it("writes one header to a line, whatever is in it", () => {
    const lines = headerBlockOf(envelope, "ORDERS").toString("utf8").split("\r\n");
    assert.deepEqual(lines, [
      "NATS/1.0",
      `Nats-Msg-Id: ${envelope.id}`,
      "Nats-Expected-Stream: ORDERS",
      "ce-datacontenttype: application/json",
      "ce-specversion: 1.0",
      `ce-id: ${envelope.id}`,
      "ce-source: /shop",
      "ce-type: order.placed",
      "ce-time: 1970-01-01T00:00:00.000Z",
      "ce-subject: N%C2%BA%205%0D%0AInjected:%20yes",
      "ce-partitionkey: N%C2%BA%205%0D%0AInjected:%20yes",
      "ce-sequence: 3",
      "ce-note: a%20b%0D%0A%0D%0AHPUB%20x%200%200",
      "",
      "",
    ]);
  });

  it("does not let the stream swallow a redrive", () => {
    assert.equal(messageIdOf(envelope), envelope.id);
    assert.equal(messageIdOf({ ...envelope, headers: { redriveid: "r 1" } }), `${envelope.id}:r%201`);
  });

  it("reads the subject to answer to in both forms, and nothing else", () => {
    const expected = { stream: "S", deliveries: 2, streamSeq: "7", storedMs: 1_700_000_000_000 };
    assert.deepEqual(deliveryInfoOf("$JS.ACK.S.C.2.7.5.1700000000000000000.0"), expected);
    assert.deepEqual(deliveryInfoOf("$JS.ACK.hub.acc.S.C.2.7.5.1700000000000000000.0.rnd"), expected);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom("$JS", "ACK", "1"))), (tokens) => {
        const info = deliveryInfoOf(tokens.join("."));
        if (info !== null) assert.ok(info.deliveries >= 1);
      }),
    );
    assert.equal(deliveryInfoOf("$JS.ACK.S.C.x.7.5.17.0"), null);
    assert.equal(deliveryInfoOf(""), null);
  });

  it("knows which subjects a filter lets through", () => {
    const table: readonly [string, string, boolean][] = [
      ["a.b", "a.b", true],
      ["a.*", "a.b", true],
      ["a.*", "a.b.c", false],
      ["a.>", "a.b.c", true],
      ["a.>", "a", false],
      [">", "a", true],
      ["a.b", "a", false],
      ["a", "a.b", false],
    ];
    for (const [filter, subject, does] of table) assert.equal(matches(filter, subject), does, filter);
    assert.equal(covers({ filter_subject: "" }, ["x"]), true);
    assert.equal(covers({ filter_subjects: ["a.>", "b"] }, ["a.x", "b"]), true);
    assert.equal(covers({ filter_subject: "a.x" }, ["a.x", "b"]), false);
  });
});
