import { connect } from "amqplib";
import type { Broker } from "../../src/broker.ts";
import { type RabbitmqOptions, rabbitmq } from "../../src/brokers/rabbitmq.ts";
import type { BrokerSubject } from "../../src/conformance/broker-subject.ts";
import { absent, ownName, servers } from "./servers.ts";

/** RabbitMQ with queues of one type, as a subject of the conformance suite: an exchange of its own, and its queues. */
export async function rabbitmqSubject(queueType: "quorum" | "classic"): Promise<BrokerSubject> {
  const exchange = ownName();
  const queues = new Set<string>();
  return {
    name: `rabbitmq with ${queueType} queues`,
    skip: await absent("rabbitmq"),
    address: servers.rabbitmq,
    open: ({ port = servers.rabbitmq.port, confirmTimeoutMs } = {}) => {
      const options: RabbitmqOptions = {
        url: `amqp://guest:guest@127.0.0.1:${port}`,
        exchange,
        declare: { queueType },
        backoff: { baseMs: 20, capMs: 200 },
        ...(confirmTimeoutMs !== undefined && { confirmTimeoutMs }),
      };
      const broker = rabbitmq(options);
      const subscribe: typeof broker.subscribe = (request, onDelivery) => {
        const queue = `${exchange}.${request.consumer}`;
        queues.add(queue);
        return broker.subscribe({ ...request, source: { queue } }, onDelivery);
      };
      return { ...broker, subscribe } as Broker;
    },
    async cleanUp() {
      const connection = await connect(servers.rabbitmq.url);
      const channel = await connection.createChannel();
      for (const queue of queues) {
        await channel.deleteQueue(queue);
        await channel.deleteQueue(`${queue}.dead`);
      }
      await channel.deleteExchange(exchange);
      await connection.close();
    },
  };
}
