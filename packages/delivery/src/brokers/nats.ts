import { type Backoff, backoffOf, type Clock, type Random, systemClock, systemRandom } from "@holdfast/core";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { Broker, ConsumerPlace } from "../broker.ts";
import { DeliveryError } from "../errors.ts";
import { createSubscriptionBook } from "./link.ts";
import { type NatsLinked, natsLink } from "./nats/connection.ts";
import { inspectNats } from "./nats/inspect.ts";
import { createNatsPublisher, type NatsTarget, storedBytesMax } from "./nats/publisher.ts";
import { natsServers } from "./nats/servers.ts";
import { subscribeNats } from "./nats/subscription.ts";
import { type ConsumerPlan, declareStream, dedupeDefaultMs, type NatsDeclare } from "./nats/topology.ts";

/** How to reach NATS, and what to make there. */
export interface NatsOptions {
  /** `nats://user:password@host:4222` or `nats://token@host`, or several. One of `servers`, `connect` and `connection`. */
  readonly servers?: string | readonly string[];
  /** Opens a connection of `@nats-io/transport-node`, with `reconnect: false`: for credentials, certificates and the like. It is closed by this broker. */
  readonly connect?: () => Promise<NatsConnection>;
  /** A connection of yours. It is not closed. */
  readonly connection?: NatsConnection;
  /** The stream's name. */
  readonly stream: string;
  /** What the subjects begin with: `order.placed` goes to `<prefix>.order.placed`. Default: the stream's name in lower case. */
  readonly prefix?: string;
  /** Makes the stream and the consumers where they are missing. What is there is left as it is. Default: false. */
  readonly declare?: boolean | NatsDeclare;
  /** How long to wait for a confirm before the message counts as unknown. Default: 10,000. */
  readonly confirmTimeoutMs?: number;
  /** How long connecting may take. Default: 10,000. */
  readonly connectTimeoutMs?: number;
  /** How long the server waits for a sign of life before it delivers a message again. Default: 30,000. */
  readonly ackWaitMs?: number;
  /**
   * The largest payload. The server's `max_payload`, 1 MiB by default, holds for headers and payload together; 32 MiB less 64 KiB
   * is the most, since JetStream confirms what is larger and never delivers it. Default: 1 MiB less 16 KiB.
   */
  readonly bytesMax?: number;
  /** Waits between tries to connect. Default: 100 ms, doubling to 10 s, full jitter. */
  readonly backoff?: Partial<Backoff>;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: the system's. */
  readonly random?: Random;
}

/** Where a route's messages go. */
export interface NatsDestination {
  /** Default: prefix and message name. */
  readonly subject?: string;
}

/** Where a consumer's messages come from. */
export interface NatsSource {
  /** The durable consumer. Default: the consumer's name with `_` for what such a name cannot have. */
  readonly durable?: string;
  /** Subjects, `*` and `>` allowed. Default: those of the consumer's messages. */
  readonly subjects?: readonly string[];
}

/** NATS JetStream: confirms from the stream, recognition of what is published twice, pull consumers. */
export function nats(options: NatsOptions): Broker<NatsDestination, NatsSource> {
  const settings = settingsOf(options);
  const { stream, prefix, clock } = settings;
  const link = natsLink(settings);
  const declares = options.declare !== undefined && options.declare !== false;
  const declare = typeof options.declare === "object" ? options.declare : {};
  const subscriptions = createSubscriptionBook();
  const plans = new Map<string, ConsumerPlan>();
  const declared = new WeakMap<NatsLinked, Promise<void>>();

  const prepare = async (linked: NatsLinked): Promise<void> => {
    if (!declares) return;
    const making =
      declared.get(linked) ??
      linked
        .manager()
        .then((manager) => declareStream(manager, { name: stream, subjects: [`${prefix}.>`], declare }));
    declared.set(linked, making);
    making.catch(() => declared.delete(linked));
    await making;
  };
  const publisher = createNatsPublisher({ ...settings, link, prepare });

  return {
    kind: "nats",
    guarantees: {
      confirms: "stored",
      survivesRestart: true,
      // Confirmed before it is on disk: the server syncs every two minutes unless `sync_interval: always`.
      fsyncBeforeConfirm: false,
      dedupeMs: declare.dedupeMs ?? dedupeDefaultMs,
      ordered: true,
      redelivers: true,
      reportsUnroutable: true,
      bytesMax: settings.bytesMax,
    },
    destination: (type, given = {}) => ({ subject: subjectOf(given.subject ?? `${prefix}.${type}`, false) }),
    publish: (message) => publisher.publish(message),
    async subscribe(request, onDelivery) {
      const plan = planOf(request, settings);
      plans.set(plan.durable, plan);
      const { prefetch } = request;
      return subscriptions.keep(
        await subscribeNats({ link, stream, plan, declares, prefetch, clock, prepare, onDelivery }),
      );
    },
    inspect: (destinations, consumers = []) =>
      inspectNats({
        link,
        stream,
        subjects: (destinations as readonly NatsTarget[]).map((one) => one.subject),
        plans: [
          ...new Map([
            ...plans,
            ...consumers.map((one) => planOf(one, settings)).map((plan) => [plan.durable, plan] as const),
          ]).values(),
        ],
        dedupeMs: declare.dedupeMs ?? dedupeDefaultMs,
      }),
    async close() {
      await subscriptions.closeAll();
      publisher.close();
      await link.close();
    },
  };
}

function settingsOf(options: NatsOptions) {
  const { servers, connect: opening, connection, connectTimeoutMs = 10_000 } = options;
  if ([servers, opening, connection].filter((one) => one !== undefined).length !== 1)
    throw new DeliveryError("CONFIGURATION", "nats takes one of servers, connect and connection.");
  const open =
    connection !== undefined
      ? async () => connection
      : (opening ?? (() => openServers(servers as string | readonly string[], connectTimeoutMs)));
  const bytesMax = options.bytesMax ?? 1024 * 1024 - 16 * 1024;
  if (bytesMax > storedBytesMax)
    throw new DeliveryError(
      "CONFIGURATION",
      `bytesMax is ${bytesMax}: JetStream confirms what is larger than 32 MiB and never delivers it; ${storedBytesMax} is the most.`,
    );
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(options.stream))
    throw new DeliveryError(
      "CONFIGURATION",
      "stream is the name of a JetStream stream: letters, digits, - and _.",
    );
  return {
    open,
    owned: connection === undefined,
    stream: options.stream,
    prefix: subjectOf(options.prefix ?? options.stream.toLowerCase(), false),
    connectTimeoutMs,
    confirmTimeoutMs: options.confirmTimeoutMs ?? 10_000,
    ackWaitMs: options.ackWaitMs ?? 30_000,
    bytesMax,
    backoff: backoffOf({ baseMs: 100, capMs: 10_000, ...options.backoff }),
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  };
}

function planOf(
  { consumer, types, source = {} }: ConsumerPlace<NatsSource>,
  { prefix, ackWaitMs }: { readonly prefix: string; readonly ackWaitMs: number },
): ConsumerPlan {
  const subjects = (source.subjects ?? types.map((type) => `${prefix}.${type}`)).map((one) =>
    subjectOf(one, true),
  );
  return {
    durable: durableOf(source.durable ?? consumer.replace(/[^A-Za-z0-9_-]/g, "_")),
    subjects,
    widest: subjects.every((subject) => subject.startsWith(`${prefix}.`)) ? `${prefix}.>` : ">",
    ackWaitMs,
  };
}

function openServers(servers: string | readonly string[], timeout: number): Promise<NatsConnection> {
  return connect({
    ...natsServers(servers),
    name: "holdfast",
    // The link connects again itself: what was under way must not go out a second time unseen.
    reconnect: false,
    noAsyncTraces: true,
    timeout,
    pingInterval: 10_000,
    maxPingOut: 2,
  });
}

function subjectOf(subject: string, wildcards: boolean): string {
  const token = wildcards ? /^[^\s.]+$/ : /^[^\s.*>]+$/;
  if (typeof subject === "string" && subject.split(".").every((one) => token.test(one))) return subject;
  throw new DeliveryError(
    "CONFIGURATION",
    `${JSON.stringify(subject)} is no subject of NATS: words between single dots${wildcards ? "" : ", without * and >"}.`,
  );
}

function durableOf(name: string): string {
  if (/^[A-Za-z0-9_-]{1,200}$/.test(name)) return name;
  throw new DeliveryError(
    "CONFIGURATION",
    `${JSON.stringify(name)} is no name of a durable consumer: letters, digits, - and _.`,
  );
}
