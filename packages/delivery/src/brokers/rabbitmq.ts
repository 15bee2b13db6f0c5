import { type Backoff, backoffOf, type Clock, type Random, systemClock, systemRandom } from "@holdfast/core";
import type { ChannelModel } from "amqplib";
import type { Broker, ConsumerPlace } from "../broker.ts";
import { DeliveryError } from "../errors.ts";
import { createSubscriptionBook } from "./link.ts";
import { connectionLink, openUrl } from "./rabbitmq/connection.ts";
import { inspectRabbitmq } from "./rabbitmq/inspect.ts";
import { createRabbitmqPublisher } from "./rabbitmq/publisher.ts";
import { subscribeRabbitmq } from "./rabbitmq/subscription.ts";
import { type QueuePlan, type RabbitmqDeclare, topologyOf } from "./rabbitmq/topology.ts";

/** How to reach RabbitMQ, and what to make there. */
export interface RabbitmqOptions {
  /** `amqp://user:password@host:5672/vhost`; `amqps:` for TLS. This or `connect`. */
  readonly url?: string;
  /** Opens a connection of `amqplib`: for clusters, certificates and the like. It is closed by this broker. */
  readonly connect?: () => Promise<ChannelModel>;
  /** The exchange of routes and consumers that name none. Default: `holdfast`. */
  readonly exchange?: string;
  /**
   * Makes what is missing: durable topic exchanges, a queue for each consumer with a dead-letter queue, and bindings. What is there is
   * left as it is. Default: false: all that is yours to make.
   */
  readonly declare?: boolean | RabbitmqDeclare;
  /** How long to wait for a confirm before the message counts as unknown. Default: 10,000. */
  readonly confirmTimeoutMs?: number;
  /** How long connecting may take. Default: 10,000. */
  readonly connectTimeoutMs?: number;
  /** Heartbeats find a silent server within twice this. Default: 10. */
  readonly heartbeatSeconds?: number;
  /** The largest payload; the server's own limit is `max_message_size`. Default: 16 MiB, the server's from 4.0. */
  readonly bytesMax?: number;
  /** Waits between tries to connect. Default: 100 ms, doubling to 10 s, full jitter. */
  readonly backoff?: Partial<Backoff>;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: the system's. */
  readonly random?: Random;
}

/** Where a route's messages go. */
export interface RabbitmqDestination {
  /** Default: the broker's. The empty text is AMQP's own exchange, which routes by the queue's name. */
  readonly exchange?: string;
  /** Default: the message's name. */
  readonly routingKey?: string;
}

/** Where a consumer's messages come from. */
export interface RabbitmqSource {
  /** Default: the consumer's name. */
  readonly queue?: string;
  /** What the queue is bound to, where it is declared. Default: the broker's. */
  readonly exchange?: string;
  /** Patterns of the bindings, where they are declared. Default: the names of the consumer's messages. */
  readonly bindings?: readonly string[];
}

/** RabbitMQ over AMQP 0-9-1, with publisher confirms. Publishing and consuming have a connection each: the server may stop the one without the other. */
export function rabbitmq(options: RabbitmqOptions): Broker<RabbitmqDestination, RabbitmqSource> {
  const settings = settingsOf(options);
  const { exchange, clock } = settings;
  const topology = topologyOf(options.declare ?? false);
  const publishing = connectionLink(settings);
  const consuming = connectionLink(settings);
  const publisher = createRabbitmqPublisher({ ...settings, connections: publishing, topology });
  const subscriptions = createSubscriptionBook();
  const plans = new Map<string, QueuePlan>();

  const planOf = ({ consumer, types, source = {} }: ConsumerPlace<RabbitmqSource>): QueuePlan => ({
    queue: shortText("queue", source.queue ?? consumer),
    exchange: shortText("exchange", source.exchange ?? exchange),
    routingKeys: source.bindings ?? types,
  });
  const destination = (type: string, given: RabbitmqDestination = {}): RabbitmqDestination => ({
    exchange: shortText("exchange", given.exchange ?? exchange),
    routingKey: shortText("routingKey", given.routingKey ?? type),
  });

  return {
    kind: "rabbitmq",
    guarantees: {
      confirms: "stored",
      survivesRestart: true,
      // Quorum queues confirm after the log is synced on a majority; classic ones after a write that is synced within moments.
      fsyncBeforeConfirm: typeof options.declare !== "object" || options.declare.queueType !== "classic",
      dedupeMs: 0,
      ordered: true,
      redelivers: true,
      reportsUnroutable: true,
      bytesMax: settings.bytesMax,
    },
    destination,
    publish: (message) => publisher.publish(message),
    async subscribe(request, onDelivery) {
      const plan = planOf(request);
      plans.set(plan.queue, plan);
      const { prefetch } = request;
      return subscriptions.keep(
        await subscribeRabbitmq({ connections: consuming, topology, plan, prefetch, clock, onDelivery }),
      );
    },
    inspect: (destinations, consumers = []) =>
      inspectRabbitmq({
        connections: publishing,
        topology,
        exchanges: destinations.map((one) => one.exchange ?? exchange),
        plans: [
          ...new Map([
            ...plans,
            ...consumers.map(planOf).map((plan) => [plan.queue, plan] as const),
          ]).values(),
        ],
      }),
    async close() {
      await Promise.all([subscriptions.closeAll(), publisher.close()]);
      await Promise.all([publishing.close(), consuming.close()]);
    },
  };
}

function settingsOf(options: RabbitmqOptions) {
  const { url, connect, connectTimeoutMs = 10_000, heartbeatSeconds = 10 } = options;
  if ((url === undefined) === (connect === undefined))
    throw new DeliveryError("CONFIGURATION", "rabbitmq takes either url or connect.");
  if (url !== undefined && !/^amqps?:\/\//.test(url))
    throw new DeliveryError("CONFIGURATION", "The url of rabbitmq begins with amqp:// or amqps://.");
  return {
    open: connect ?? openUrl(url as string, connectTimeoutMs, heartbeatSeconds),
    exchange: shortText("exchange", options.exchange ?? "holdfast"),
    connectTimeoutMs,
    confirmTimeoutMs: options.confirmTimeoutMs ?? 10_000,
    bytesMax: options.bytesMax ?? 16 * 1024 * 1024,
    backoff: backoffOf({ baseMs: 100, capMs: 10_000, ...options.backoff }),
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  };
}

/** AMQP has 255 bytes for a name. */
function shortText(option: string, value: string): string {
  if (typeof value === "string" && Buffer.byteLength(value) <= 255) return value;
  throw new DeliveryError("CONFIGURATION", `${option} is a text of at most 255 bytes in RabbitMQ.`);
}
