import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Msg } from "@nats-io/transport-node";
import type { Delivery } from "../../broker.ts";
import { createDesk } from "./desk.ts";

function scripted(prefetch: number) {
  const stop = new AbortController();
  const got: Delivery[] = [];
  const answers: string[] = [];
  const asked: number[] = [];
  const desk = createDesk({
    plan: { durable: "d", subjects: ["s.a"], widest: "s.>", ackWaitMs: 1_000 },
    prefetch,
    onDelivery: (delivery) => got.push(delivery),
    answer: (reply, payload) => answers.push(`${reply.split(".")[5]} ${new TextDecoder().decode(payload)}`),
    ask: (held) => asked.push(held),
    stopped: stop.signal,
  });
  const arrive = (n: number, subject = "s.a"): void =>
    desk.arrive({
      subject,
      reply: `$JS.ACK.S.d.1.${n}.${n}.1700000000000000000.0`,
      data: new Uint8Array(0),
    } as Msg);
  return { desk, got, answers, asked, arrive, stop };
}

describe("nats desk", () => {
  it("never hands out more than the prefetch, even when the server sends more", () => {
    const { got, asked, answers, arrive } = scripted(2);
    for (let n = 1; n <= 5; n++) arrive(n);
    assert.equal(got.length, 2);
    assert.equal(asked.at(-1), 5);
    got[0]?.ack();
    got[0]?.ack();
    got[1]?.release(20.5);
    assert.equal(got.length, 4);
    assert.deepEqual(answers, ["1 +ACK", '2 -NAK {"delay":21000000}']);
  });

  it("drops what a wider filter lets through and gives back what comes after a stop", () => {
    const { desk, got, answers, arrive, stop } = scripted(1);
    arrive(1, "s.other");
    arrive(2);
    arrive(3);
    stop.abort();
    arrive(4);
    desk.keepAlive();
    desk.giveBackReady();
    desk.giveBackAll();
    assert.equal(got.length, 1);
    assert.deepEqual(answers, ["1 +ACK", "4 -NAK", "2 +WPI", "3 +WPI", "3 -NAK", "2 -NAK"]);
  });
});
