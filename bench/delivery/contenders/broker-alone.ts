import { randomUUID } from "node:crypto";
import type { Envelope } from "../../../packages/delivery/src/envelope.ts";
import { cloudEventProperties, openAmqp } from "../amqp.ts";
import type { OpenContender } from "../contender.ts";
import { openJetStream } from "../jetstream.ts";
import { messageType, payload } from "../run-name.ts";

type Publish = (id: string, body: Buffer, at: number) => Promise<void>;

/** How many confirms may be under way. */
const window = 1_000;

/** No database: messages out of memory over one confirm channel of amqplib, a window of confirms under way; headers as ours. */
export const amqpAlone: OpenContender = async (place) => {
  const amqp = await openAmqp(place);
  const publish: Publish = (id, body, at) =>
    amqp.publish(id, body, cloudEventProperties(envelopeOf(id, body, at)));
  return { ...amqp, fill: async () => {}, drain: drained(publish) };
};

/** The same over the official client of JetStream. */
export const jetStreamAlone: OpenContender = async (place) => {
  const stream = await openJetStream(place);
  return { ...stream, fill: async () => {}, drain: drained(stream.publish) };
};

function drained(publish: Publish): (count: number, confirmed: () => void) => Promise<void> {
  return async (count, confirmed) => {
    let at = 0;
    const lane = async (): Promise<void> => {
      while (at < count) {
        const mine = at++;
        await publish(randomUUID(), Buffer.from(JSON.stringify(payload(mine))), mine);
        confirmed();
      }
    };
    await Promise.all(Array.from({ length: window }, lane));
  };
}

function envelopeOf(id: string, body: Buffer, at: number): Envelope {
  return {
    id,
    source: "/bench",
    type: messageType,
    timeMs: 1_767_225_600_000 + at,
    key: payload(at).orderId,
    seq: null,
    contentType: "application/json",
    headers: {},
    body,
  };
}
