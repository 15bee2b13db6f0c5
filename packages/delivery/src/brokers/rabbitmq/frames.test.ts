import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import type { ConfirmChannel } from "amqplib";
import fc from "fast-check";
import { createFrameWriter } from "./frames.ts";
import type { MessageProperties } from "./message.ts";

const require = createRequire(import.meta.url);
const inside = join(dirname(require.resolve("amqplib")), "lib");
const { Channel } = require(join(inside, "channel_model.js")) as {
  readonly Channel: new (connection: unknown) => ConfirmChannel;
};
const { Connection } = require(join(inside, "connection.js")) as {
  readonly Connection: { readonly prototype: object };
};

/** A channel of the client's own, with its encoder, over a buffer that keeps what is written. */
function opened({ frameMax = 131_072 } = {}) {
  const chunks: Buffer[] = [];
  const buffer = {
    writableEnded: false,
    accepts: true,
    write(bytes: Buffer): boolean {
      // A copy: what is written must not change any more, and it would not be seen if it did.
      chunks.push(Buffer.from(bytes));
      return this.accepts;
    },
  };
  const channels = [undefined, undefined, undefined, { buffer }];
  const connection = Object.assign(Object.create(Connection.prototype), { frameMax, channels }) as object;
  const channel = Object.assign(new Channel(connection) as ConfirmChannel & { ch: number }, { ch: 3 });
  return { channel, buffer, chunks, bytes: () => Buffer.concat(chunks) };
}

const short = fc.string({ maxLength: 255, unit: "grapheme-ascii" });
const properties: fc.Arbitrary<MessageProperties> = fc.record({
  headers: fc.dictionary(
    fc.string({ minLength: 1, maxLength: 80, unit: "grapheme-ascii" }),
    fc.string({ maxLength: 400, unit: "grapheme-ascii" }),
    // What a prototype would answer to is no attribute's name.
    { maxKeys: 10, noNullPrototype: true },
  ),
  contentType: short,
  messageId: short,
  type: short,
  persistent: fc.constant(true as const),
  mandatory: fc.constant(true as const),
});
const message = fc.record({
  exchange: short,
  routingKey: short,
  content: fc.uint8Array({ maxLength: 3_000 }).map((bytes) => Buffer.from(bytes)),
  properties,
});
const plain: MessageProperties = {
  headers: { "cloudEvents:id": "1" },
  contentType: "application/json",
  messageId: "1",
  type: "order.placed",
  persistent: true,
  mandatory: true,
};

describe("frames", () => {
  it("are what the client would have written, byte by byte, however many there are", () => {
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 60 }), (messages) => {
        const theirs = opened();
        const ours = opened();
        const writer = createFrameWriter(ours.channel, () => {});
        for (const { exchange, routingKey, content, properties } of messages) {
          theirs.channel.publish(exchange, routingKey, content, properties);
          assert.equal(writer?.add(exchange, routingKey, content, properties), true);
        }
        writer?.flush();
        assert.deepEqual(ours.bytes(), theirs.bytes());
      }),
      { numRuns: 60 },
    );
  });

  it("of one turn are written at once, at its end", async () => {
    const { channel, chunks } = opened();
    const writer = createFrameWriter(channel, () => {});
    for (let at = 0; at < 50; at++) writer?.add("e", "k", Buffer.from("body"), plain);
    assert.equal(chunks.length, 0);
    await Promise.resolve();
    assert.equal(chunks.length, 1);
    writer?.flush();
    assert.equal(chunks.length, 1);
  });

  it("leave to the client what is not plain ASCII, is large, or does not fit into a frame", () => {
    const { channel, chunks } = opened({ frameMax: 4_096 });
    const writer = createFrameWriter(channel, () => {});
    const add = (content: Buffer, more: Partial<MessageProperties> = {}) =>
      writer?.add("e", "k", content, { ...plain, ...more });
    assert.equal(add(Buffer.alloc(4_088)), true);
    assert.equal(add(Buffer.alloc(4_089)), false);
    assert.equal(add(Buffer.alloc(1), { headers: { a: "ü" } }), false);
    assert.equal(add(Buffer.alloc(1), { headers: { ü: "a" } }), false);
    assert.equal(add(Buffer.alloc(1), { type: "ü" }), false);
    assert.equal(add(Buffer.alloc(1), { type: "t".repeat(256) }), false);
    assert.equal(add(Buffer.alloc(1), { headers: { a: "x".repeat(4_090) } }), false);
    writer?.flush();
    assert.equal(chunks.length, 1);
    const roomy = opened();
    assert.equal(
      createFrameWriter(roomy.channel, () => {})?.add("e", "k", Buffer.alloc(16_385), plain),
      false,
    );
  });

  it("tell when the client has enough, and write nothing to a channel that is closed", () => {
    const { channel, buffer, chunks } = opened();
    let full = 0;
    const writer = createFrameWriter(channel, () => full++);
    buffer.accepts = false;
    writer?.add("e", "k", Buffer.from("body"), plain);
    writer?.flush();
    assert.equal(full, 1);
    writer?.add("e", "k", Buffer.from("body"), plain);
    buffer.writableEnded = true;
    writer?.flush();
    assert.equal(chunks.length, 1);
    // What the client does to a channel that it closes.
    Object.assign(channel, { sendMessage: () => {} });
    assert.equal(writer?.add("e", "k", Buffer.from("body"), plain), false);
  });

  it("are the client's own affair where it is made differently", () => {
    assert.equal(
      createFrameWriter(new EventEmitter() as unknown as ConfirmChannel, () => {}),
      null,
    );
  });
});
