import type { Clock } from "@holdfast/core";
import type { Channel, ConsumeMessage } from "amqplib";
import type { Delivery, Subscription } from "../../broker.ts";
import { goodbye, isFinal, keepRunning, type Link } from "../link.ts";
import { closed, onScratchChannel, type RabbitmqConnection } from "./connection.ts";
import { readDelivery } from "./message.ts";
import type { QueuePlan, Topology } from "./topology.ts";

/** What a subscription needs. */
export interface RabbitmqSubscribing {
  readonly connections: Link<RabbitmqConnection>;
  readonly topology: Topology;
  readonly plan: QueuePlan;
  readonly prefetch: number;
  readonly clock: Clock;
  readonly onDelivery: (delivery: Delivery) => void;
}

/**
 * Consumes from a queue, and again after the channel or the connection was lost. Rejects when the first try fails for a reason that is
 * none of the connection's; where the server cannot be reached it keeps trying.
 */
export async function subscribeRabbitmq(options: RabbitmqSubscribing): Promise<Subscription> {
  const { connections, topology, plan, clock } = options;
  const ended = new AbortController();
  const stopped = new AbortController();
  let consuming: Consuming | null = null;

  const session = async (connection: RabbitmqConnection): Promise<void> => {
    await onScratchChannel(connection.model, (channel) => topology.queue(channel, plan));
    if (stopped.signal.aborted) return;
    const started = await consume(connection, options, stopped.signal);
    consuming = started;
    ready();
    if (stopped.signal.aborted) await started.cancel();
    await started.over;
  };
  let ready: () => void = () => {};
  const first = new Promise<void>((resolve, reject) => {
    ready = resolve;
    const attempt = async (connection: RabbitmqConnection): Promise<void> => {
      try {
        await session(connection);
      } catch (failure) {
        // Reported once, to whoever subscribes; later on the queue may well be there again.
        if (isFinal(failure)) reject(failure);
        throw failure;
      }
    };
    void keepRunning(connections, attempt, { clock, signal: stopped.signal }).then(resolve);
    // An unreachable server is no reason to fail: the subscription is there as soon as the server is.
    connections.get().catch((failure) => {
      if (isFinal(failure)) reject(failure);
      else resolve();
    });
  });

  const stop = async (): Promise<void> => {
    stopped.abort();
    await consuming?.cancel();
  };
  const close = async (): Promise<void> => {
    await stop();
    ended.abort();
    await consuming?.close();
  };
  try {
    await first;
  } catch (failure) {
    await close();
    throw failure;
  }
  return { stop, close };
}

interface Consuming {
  readonly over: Promise<void>;
  cancel(): Promise<void>;
  /** Gives back what is not settled, and ends the channel. */
  close(): Promise<void>;
}

async function consume(
  connection: RabbitmqConnection,
  { plan, prefetch, clock, onDelivery }: RabbitmqSubscribing,
  stopped: AbortSignal,
): Promise<Consuming> {
  const channel = await connection.model.createChannel();
  const lost = new AbortController();
  let gone: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    gone = resolve;
  });
  channel.on("error", () => {});
  channel.on("close", () => {
    lost.abort();
    gone();
  });
  await channel.prefetch(prefetch);
  const { consumerTag } = await channel.consume(plan.queue, (message) => {
    // Null: the server has cancelled the consumer, because the queue was deleted or moved.
    if (message === null) closed(channel).catch(() => {});
    else if (stopped.aborted) settleQuietly(() => channel.nack(message, false, true));
    else onDelivery(deliveryOf(message, { channel, clock, lost: lost.signal }));
  });
  return {
    over,
    async cancel() {
      if (!lost.signal.aborted) await goodbye(channel.cancel(consumerTag), clock);
    },
    // The server requeues whatever is unsettled when its channel closes.
    close: () => goodbye(closed(channel), clock),
  };
}

interface DeliveryContext {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly lost: AbortSignal;
}

function deliveryOf(message: ConsumeMessage, { channel, clock, lost }: DeliveryContext): Delivery {
  let settled = false;
  const once = (settle: () => void): void => {
    if (settled) return;
    settled = true;
    settle();
  };
  // Quorum queues count the deliveries before this one, and say so from the second on; classic ones do not count.
  const { redelivered } = message.fields;
  const count: unknown = redelivered ? message.properties.headers?.["x-delivery-count"] : 0;
  const requeue = (): void => settleQuietly(() => channel.nack(message, false, true));
  return {
    ...readDelivery(message, clock.wall()),
    redelivered,
    ...(typeof count === "number" && { deliveries: count + 1 }),
    ack: () => once(() => settleQuietly(() => channel.ack(message))),
    // The server cannot wait with a message of this queue: it is held here, and counts against the prefetch meanwhile.
    release: (delayMs = 0) =>
      once(() => {
        if (delayMs <= 0) requeue();
        else clock.sleep(delayMs, lost).then(requeue, () => {});
      }),
  };
}

/** On a channel that is gone there is nothing to settle: the server has the message back already. */
function settleQuietly(settle: () => void): void {
  try {
    settle();
  } catch {
    // See above.
  }
}
