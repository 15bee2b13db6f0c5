import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { headers, type Msg } from "@nats-io/transport-node";
import { headerBlockOf, readDelivery as readNats } from "./brokers/nats/message.ts";
import { propertiesOf, readDelivery as readRabbit } from "./brokers/rabbitmq/message.ts";
import type { Envelope } from "./envelope.ts";

const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const other = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
const envelope: Envelope = {
  id: "0198c0de-0000-7000-8000-000000000001",
  source: "/shop",
  type: "order.placed",
  timeMs: 0,
  key: null,
  seq: null,
  contentType: "application/json",
  headers: { traceparent: parent, tracestate: "a=1", baggage: "tenant=a%20b", note: "x" },
  body: Buffer.from("{}"),
};

const fromRabbit = (given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> => {
  const message = { properties: { headers: given }, fields: { routingKey: "a" }, content: Buffer.from("{}") };
  return readRabbit(message as never, 0).envelope.headers;
};
const fromNats = (given: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const fields = headers();
  for (const [name, value] of Object.entries(given)) fields.append(name, value);
  const info = { stream: "s", deliveries: 1, streamSeq: "1", storedMs: 0 };
  return readNats({ headers: fields, data: Buffer.from("{}") } as unknown as Msg, info).envelope.headers;
};

describe("the trace of a message on the wire", () => {
  it("stands under the names that instrumentations of brokers look for, beside the attributes of CloudEvents", () => {
    const sent = propertiesOf(envelope)?.headers ?? assert.fail();
    for (const name of ["traceparent", "tracestate", "baggage"]) {
      assert.equal(sent[name], envelope.headers[name]);
      assert.equal(sent[`cloudEvents:${name}`], envelope.headers[name]);
    }
    assert.equal(sent["note"], undefined);
    const block = headerBlockOf(envelope, "S").toString();
    assert.ok(
      block.includes(`\r\ntraceparent: ${parent}\r\ntracestate: a=1\r\nbaggage: tenant=a%20b\r\n`),
      block,
    );
    const bare = { ...envelope, headers: {} };
    assert.equal(
      Object.keys(propertiesOf(bare)?.headers ?? {}).some((name) => name.includes("trace")),
      false,
    );
  });

  it("is never more than one header to NATS, whatever another producer wrote into it", () => {
    const hostile = { ...envelope, headers: { traceparent: `${parent}\r\nNats-Msg-Id: x` } };
    const block = headerBlockOf(hostile, "S").toString();
    assert.equal(block.split("\r\n").filter((line) => line.startsWith("Nats-Msg-Id")).length, 1);
    assert.ok(!block.includes("\r\ntraceparent:"));
  });

  it("is read from where other producers write it, and from the attributes where both are there", () => {
    for (const read of [fromRabbit, fromNats]) {
      const plain = read({ TraceParent: parent, tracestate: "a=1", baggage: "tenant=acme" });
      assert.deepEqual(
        [plain["traceparent"], plain["tracestate"], plain["baggage"]],
        [parent, "a=1", "tenant=acme"],
      );
      assert.equal(read({})["traceparent"], undefined);
    }
    const both = { "cloudEvents:traceparent": parent, traceparent: other, tracestate: "b=2" };
    assert.deepEqual([fromRabbit(both)["traceparent"], fromRabbit(both)["tracestate"]], [parent, undefined]);
    assert.equal(fromNats({ "ce-traceparent": parent, traceparent: other })["traceparent"], parent);
  });
});
