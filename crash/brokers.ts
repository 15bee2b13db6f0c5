import type { Broker } from "@holdfast/delivery";
import { inProcess } from "@holdfast/delivery/in-process";
import { nats } from "@holdfast/delivery/nats";
import { rabbitmq } from "@holdfast/delivery/rabbitmq";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect as connectNats } from "@nats-io/transport-node";
import { connect as connectAmqp } from "amqplib";
import type { Orders } from "./model.ts";

const amqpUrl = "amqp://guest:guest@127.0.0.1:5672";
const natsUrl = "nats://127.0.0.1:4222";

/** The broker that a case works with. */
export function openBroker({ broker, name }: Pick<Orders, "broker" | "name">): Broker {
  switch (broker) {
    case "in-process":
      return inProcess() as Broker;
    case "rabbitmq":
      return rabbitmq({ url: amqpUrl, exchange: name, declare: true }) as Broker;
    case "nats":
      return nats({ servers: natsUrl, stream: name, declare: true, ackWaitMs: 2_000 }) as Broker;
  }
}

/** Refuses the messages of one name until `isMended`, as a broker does with what is too large for it. */
export function refusing(broker: Broker, type: string, isMended: () => boolean): Broker {
  return {
    ...broker,
    publish: (outgoing) =>
      outgoing.envelope.type === type && !isMended()
        ? Promise.resolve({ ok: false, kind: "rejected", error: new Error("refused until mended") })
        : broker.publish(outgoing),
  };
}

/** Takes away what a case made in the broker. */
export async function dropBroker(
  { broker, name }: Pick<Orders, "broker" | "name">,
  consumers: readonly string[],
): Promise<void> {
  if (broker === "rabbitmq") {
    const connection = await connectAmqp(amqpUrl);
    const channel = await connection.createChannel();
    for (const queue of consumers.flatMap((one) => [one, `${one}.dead`])) await channel.deleteQueue(queue);
    await channel.deleteExchange(name);
    await connection.close();
  }
  if (broker === "nats") {
    const connection = await connectNats({ servers: natsUrl });
    const manager = await jetstreamManager(connection);
    await manager.streams.delete(name).catch(() => {});
    await connection.close();
  }
}
