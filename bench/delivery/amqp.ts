import { type ChannelModel, type ConfirmChannel, connect, type Options } from "amqplib";
import { propertiesOf } from "../../packages/delivery/src/brokers/rabbitmq/message.ts";
import type { Envelope } from "../../packages/delivery/src/envelope.ts";
import { messageType, type Place } from "./run-name.ts";

/** A durable quorum queue behind an exchange, and a confirm channel of amqplib: what every contender publishes to. */
export interface Amqp {
  /** Publishes persistent and mandatory; resolves at the confirm. */
  publish(id: string, body: Buffer, properties?: Options.Publish): Promise<void>;
  arrived(): Promise<number>;
  purge(): Promise<void>;
  clean(): Promise<void>;
}

/** Opens a connection and declares exchange and queue. */
export async function openAmqp({ name, amqpUrl }: Place): Promise<Amqp> {
  const model = await connect(amqpUrl, { noDelay: true });
  model.on("error", () => {});
  const channel = await model.createConfirmChannel();
  channel.on("return", () => {
    throw new Error("A message was routed to no queue.");
  });
  await declareQueue(channel, name);
  return {
    publish: (id, body, properties = plain(id)) =>
      new Promise((resolve, reject) => {
        channel.publish(name, messageType, body, properties, (error) => (error ? reject(error) : resolve()));
      }),
    arrived: () => arrived(channel, name),
    purge: async () => void (await channel.purgeQueue(name)),
    clean: () => cleanAmqp(model, channel, name),
  };
}

/** Declares the exchange and the quorum queue of a contender. */
async function declareQueue(channel: ConfirmChannel, name: string): Promise<void> {
  await channel.assertExchange(name, "topic", { durable: true });
  await channel.assertQueue(name, { durable: true, arguments: { "x-queue-type": "quorum" } });
  await channel.bindQueue(name, name, messageType);
}

/** The properties that a relay written by hand sets. */
function plain(messageId: string): Options.Publish {
  return { messageId, type: messageType, contentType: "application/json", persistent: true, mandatory: true };
}

/** The properties that @holdfast/delivery sets: a CloudEvent in binary mode. */
export function cloudEventProperties(envelope: Envelope): Options.Publish {
  const properties = propertiesOf(envelope);
  if (properties === null) throw new Error("The headers of a message are too large.");
  return properties;
}

/** The count that a quorum queue tells is a moment old: asked until it stands still. */
async function arrived(channel: ConfirmChannel, name: string): Promise<number> {
  for (let last = -1; ; ) {
    const { messageCount } = await channel.checkQueue(name);
    if (messageCount === last) return messageCount;
    last = messageCount;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function cleanAmqp(model: ChannelModel, channel: ConfirmChannel, name: string): Promise<void> {
  await channel.deleteQueue(name);
  await channel.deleteExchange(name);
  await model.close();
}
