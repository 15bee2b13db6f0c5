import type { Outgoing, PublishEnd } from "../../broker.ts";
import { down, failed, unknown } from "../ends.ts";
import type { Link } from "../link.ts";
import { createSendQueue, type SendQueue } from "../send-queue.ts";
import { type ConnectOptions, channelLink, type RabbitmqConnection } from "./connection.ts";
import { endOfLostChannel } from "./failure.ts";
import { propertiesOf } from "./message.ts";
import {
  expireOn,
  type PublishSession,
  type RabbitmqSending,
  type RabbitmqTarget,
  sendOn,
  startSession,
} from "./publish-session.ts";
import type { Topology } from "./topology.ts";

/** What publishing needs. */
export interface PublisherOptions extends ConnectOptions {
  readonly connections: Link<RabbitmqConnection>;
  readonly topology: Topology;
  readonly confirmTimeoutMs: number;
  readonly bytesMax: number;
}

/** Publishes with confirms, any number under way. */
export interface RabbitmqPublisher {
  publish(message: Outgoing): Promise<PublishEnd>;
  close(): Promise<void>;
}

/** A publisher on the link. */
export function createRabbitmqPublisher(options: PublisherOptions): RabbitmqPublisher {
  const { clock, connections, topology, confirmTimeoutMs, bytesMax } = options;
  let session: PublishSession | null = null;
  let timer: NodeJS.Timeout | null = null;

  const channels = channelLink(connections, options, (channel, failure) => {
    if (session?.channel !== channel) return;
    const lost = session;
    session = null;
    for (const sent of lost.window.drain()) sent.end(endOfLostChannel(failure, sent.target.exchange));
    // A connection that breaks closes its channels first: in the next turn it is known to be gone, and another one is opened.
    setImmediate(queue.pump);
  });

  const queue: SendQueue<RabbitmqSending> = createSendQueue<RabbitmqSending, PublishSession>({
    current: () => session,
    async open() {
      const { connection, channel } = await channels.get();
      session = startSession(connection, channel, { clock, topology, pump: () => queue.pump() });
      connection.onBlocked = queue.pump;
    },
    notOpen: down,
    send: sendOn,
  });

  const sweep = (): void => {
    const beforeMs = clock.monotonic() - confirmTimeoutMs;
    queue.expire(beforeMs, down(new Error(`not sent within ${confirmTimeoutMs} ms`)));
    if (session !== null) expireOn(session, beforeMs);
  };

  return {
    publish({ destination, envelope }) {
      const properties = propertiesOf(envelope);
      if (properties === null || envelope.body.length > bytesMax)
        return Promise.resolve(tooLarge(properties === null ? "headers are" : "payload is"));
      timer ??= setInterval(sweep, Math.max(20, confirmTimeoutMs / 4)).unref();
      return new Promise((end) => {
        queue.push({
          target: destination as RabbitmqTarget,
          properties,
          content: bufferOf(envelope.body),
          sinceMs: clock.monotonic(),
          returned: null,
          end,
        });
      });
    },
    async close() {
      queue.close();
      if (timer !== null) clearInterval(timer);
      for (const sent of session?.window.drain() ?? []) sent.end(unknown("the broker was closed"));
      await channels.close();
    },
  };
}

function tooLarge(what: string): PublishEnd {
  return failed(
    "rejected",
    "MESSAGE_TOO_LARGE",
    `The message's ${what} larger than RabbitMQ is told to take.`,
  );
}

function bufferOf(body: Uint8Array): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
