import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { describe, it } from "node:test";
import { virtualClock } from "@holdfast/core/testing";
import type { ChannelModel, ConfirmChannel } from "amqplib";
import type { PublishEnd } from "../../broker.ts";
import { expireOn, type RabbitmqSending, sendOn, startSession } from "./publish-session.ts";
import { topologyOf } from "./topology.ts";

function scripted() {
  const clock = virtualClock();
  const published: unknown[] = [];
  const answers: (boolean | Error)[] = [];
  const destroyed: unknown[] = [];
  const channel = Object.assign(new EventEmitter(), {
    publish(_exchange: string, _key: string, _content: Buffer, properties: object): boolean {
      const answer = answers.shift() ?? true;
      if (answer instanceof Error) throw answer;
      published.push(properties);
      return answer;
    },
  });
  const model = { connection: { stream: { destroy: (error: Error) => destroyed.push(error) } } };
  let pumps = 0;
  const connection = {
    model: model as unknown as ChannelModel,
    blocked: null as string | null,
    onBlocked() {},
  };
  const session = startSession(connection, channel as unknown as ConfirmChannel, {
    clock,
    topology: topologyOf(false),
    pump: () => pumps++,
  });
  const ends: string[] = [];
  const send = (messageId: string): boolean => {
    const one: RabbitmqSending = {
      // AMQP's own exchange needs no look.
      target: { exchange: "", routingKey: "q" },
      properties: { messageId, contentType: "", type: "", headers: {}, persistent: true, mandatory: true },
      content: Buffer.alloc(0),
      sinceMs: clock.monotonic(),
      returned: null,
      end: (end: PublishEnd) => ends.push(`${messageId} ${end.ok ? "ok" : end.kind}`),
    };
    return sendOn(session, one);
  };
  return {
    clock,
    channel,
    connection,
    session,
    published,
    answers,
    destroyed,
    ends,
    send,
    pumps: () => pumps,
  };
}

describe("publish session", () => {
  it("confirms singly, many at once and out of order, and takes a refusal for back-pressure", () => {
    const { channel, ends, send } = scripted();
    for (const id of ["a", "b", "c", "d", "e"]) send(id);
    channel.emit("ack", { deliveryTag: 4, multiple: false });
    channel.emit("nack", { deliveryTag: 2, multiple: true });
    channel.emit("ack", { deliveryTag: 5, multiple: true });
    assert.deepEqual(ends, ["d ok", "a down", "b down", "c ok", "e ok"]);
  });

  it("calls what was returned misconfigured although the server confirms it", () => {
    const { channel, ends, send } = scripted();
    for (const id of ["a", "b", "b"]) send(id);
    const back = { properties: { messageId: "b" }, fields: { replyText: "NO_ROUTE" } };
    channel.emit("return", back);
    channel.emit("ack", { deliveryTag: 2, multiple: true });
    channel.emit("ack", { deliveryTag: 3, multiple: false });
    assert.deepEqual(ends, ["a ok", "b misconfigured", "b ok"]);
  });

  it("takes a full buffer for a wish to wait, not for a failure", () => {
    const { channel, answers, published, ends, send, pumps } = scripted();
    answers.push(false);
    assert.equal(send("a"), true);
    assert.equal(send("b"), false);
    channel.emit("drain");
    assert.equal(pumps(), 1);
    assert.equal(send("b"), true);
    assert.deepEqual([published.length, ends], [2, []]);
  });

  it("sends nothing while the server takes nothing", () => {
    const { connection, published, ends, send } = scripted();
    connection.blocked = "low on disk";
    assert.equal(send("a"), true);
    assert.deepEqual([published.length, ends], [0, ["a down"]]);
  });

  it("tells a channel that is closing from a message that cannot be encoded", () => {
    const { channel, answers, ends, send } = scripted();
    answers.push(Object.assign(new Error("Channel closing"), { name: "IllegalOperationError" }));
    answers.push(new TypeError("Field 'messageId' is the wrong type"));
    for (const id of ["a", "b", "c"]) send(id);
    // Neither took a delivery tag.
    channel.emit("ack", { deliveryTag: 1, multiple: false });
    assert.deepEqual(ends, ["a down", "b rejected", "c ok"]);
  });

  it("gives a late confirm up, and the connection too when nothing at all was heard", async () => {
    const { clock, channel, session, destroyed, ends, send } = scripted();
    send("a");
    await clock.advance(100);
    send("b");
    channel.emit("ack", { deliveryTag: 2, multiple: false });
    expireOn(session, 50);
    assert.deepEqual([ends, destroyed.length], [["b ok", "a unknown"], 0]);
    send("c");
    await clock.advance(100);
    expireOn(session, 150);
    assert.deepEqual([ends.at(-1), destroyed.length], ["c unknown", 1]);
  });
});
