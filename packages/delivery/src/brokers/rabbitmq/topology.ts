import type { Channel } from "amqplib";

/** How queues are made where `declare` is on. */
export interface RabbitmqDeclare {
  /** `quorum` is replicated and on disk; `classic` is for one node. Default: `quorum`. */
  readonly queueType?: "quorum" | "classic";
  /**
   * How often a quorum queue delivers a message before it moves it to its dead-letter queue. High, so that the consumer's own count, which
   * tells crashes from errors, decides first. Default: 10,000.
   */
  readonly deliveryLimit?: number;
}

/** What a consumer's queue is bound to. */
export interface QueuePlan {
  readonly queue: string;
  readonly exchange: string;
  readonly routingKeys: readonly string[];
}

/** Makes, or merely looks for, what a route and a consumer need. */
export interface Topology {
  readonly declares: boolean;
  exchange(channel: Channel, name: string): Promise<void>;
  queue(channel: Channel, plan: QueuePlan): Promise<void>;
  /** The arguments that a queue of ours has. */
  argumentsOf(queue: string): Readonly<Record<string, unknown>>;
}

/** The queue that takes what the broker itself gives up on. */
export function deadQueueOf(queue: string): string {
  return `${queue}.dead`;
}

/** The topology for the option `declare`. */
export function topologyOf(declare: boolean | RabbitmqDeclare): Topology {
  const { queueType = "quorum", deliveryLimit = 10_000 } = typeof declare === "boolean" ? {} : declare;
  const dead = { "x-queue-type": queueType };
  const argumentsOf = (queue: string): Record<string, unknown> => {
    const shared = {
      "x-queue-type": queueType,
      "x-dead-letter-exchange": "",
      "x-dead-letter-routing-key": deadQueueOf(queue),
    };
    if (queueType === "classic") return shared;
    // At-least-once dead-lettering needs reject-publish; with drop-head it silently is at-most-once.
    return {
      ...shared,
      "x-delivery-limit": deliveryLimit,
      "x-dead-letter-strategy": "at-least-once",
      "x-overflow": "reject-publish",
    };
  };

  if (declare === false)
    return {
      declares: false,
      argumentsOf,
      exchange: async (channel, name) => void (await channel.checkExchange(name)),
      queue: async (channel, { queue }) => void (await channel.checkQueue(queue)),
    };
  return {
    declares: true,
    argumentsOf,
    exchange: async (channel, name) => void (await channel.assertExchange(name, "topic", { durable: true })),
    async queue(channel, { queue, exchange, routingKeys }) {
      if (exchange !== "") await channel.assertExchange(exchange, "topic", { durable: true });
      await channel.assertQueue(deadQueueOf(queue), { durable: true, arguments: dead });
      await channel.assertQueue(queue, { durable: true, arguments: argumentsOf(queue) });
      if (exchange !== "")
        for (const routingKey of routingKeys) await channel.bindQueue(queue, exchange, routingKey);
    },
  };
}
