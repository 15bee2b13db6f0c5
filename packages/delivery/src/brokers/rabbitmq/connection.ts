import type { Backoff, Clock, Random } from "@holdfast/core";
import { type Channel, type ChannelModel, type ConfirmChannel, connect } from "amqplib";
import { messageOf } from "../ends.ts";
import { createLink, goodbye, type Link, within } from "../link.ts";
import { explainConnecting, explainTopology } from "./failure.ts";

/** An open connection, and whether the server has stopped taking messages for want of memory or disk. */
export interface RabbitmqConnection {
  readonly model: ChannelModel;
  blocked: string | null;
  /** Called when `blocked` changes. */
  onBlocked: () => void;
}

/** What connecting needs. */
export interface ConnectOptions {
  readonly open: () => Promise<ChannelModel>;
  readonly connectTimeoutMs: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly random: Random;
}

/** A link to the server. */
export function connectionLink(options: ConnectOptions): Link<RabbitmqConnection> {
  const { clock } = options;
  return createLink<RabbitmqConnection>({
    ...options,
    explain: explainConnecting,
    async open(onLost) {
      const model = await openInTime(options);
      const connection: RabbitmqConnection = { model, blocked: null, onBlocked: () => {} };
      const setBlocked = (reason: string | null): void => {
        connection.blocked = reason;
        connection.onBlocked();
      };
      // An error is always followed by close; without a listener it would end the process.
      model.on("error", () => {});
      model.on("close", onLost);
      model.on("blocked", (reason) => setBlocked(reason));
      model.on("unblocked", () => setBlocked(null));
      return connection;
    },
    async shut({ model }) {
      await goodbye(model.close(), clock);
      destroy(model);
    },
  });
}

async function openInTime({ open, connectTimeoutMs, clock }: ConnectOptions): Promise<ChannelModel> {
  const opening = open();
  try {
    return await within(opening, { clock, timeoutMs: connectTimeoutMs, what: "Connecting to RabbitMQ" });
  } catch (failure) {
    // What comes too late must not stay open.
    opening
      .then((model) => {
        model.on("error", () => {});
        model.close().catch(() => {});
      })
      .catch(() => {});
    throw failure;
  }
}

/** Opens connections to a URL. Heartbeats find a silent server within twice `heartbeatSeconds`. */
export function openUrl(
  url: string,
  connectTimeoutMs: number,
  heartbeatSeconds: number,
): () => Promise<ChannelModel> {
  const withHeartbeat = /[?&]heartbeat=/.test(url)
    ? url
    : `${url}${url.includes("?") ? "&" : "?"}heartbeat=${heartbeatSeconds}`;
  return () =>
    connect(withHeartbeat, {
      timeout: connectTimeoutMs,
      noDelay: true,
      keepAlive: true,
      clientProperties: { connection_name: "holdfast" },
    });
}

/** Ends a connection whose other side says nothing any more, without waiting for it. */
export function destroy(model: ChannelModel): void {
  const { stream } = model.connection as { readonly stream?: { destroy(error?: Error): void } };
  stream?.destroy(new Error("RabbitMQ does not answer"));
}

/** A link to a confirm channel on that connection. */
export function channelLink(
  connections: Link<RabbitmqConnection>,
  { backoff, clock, random }: Pick<ConnectOptions, "backoff" | "clock" | "random">,
  onLost: (channel: ConfirmChannel, failure: unknown) => void,
): Link<{ readonly connection: RabbitmqConnection; readonly channel: ConfirmChannel }> {
  return createLink({
    backoff,
    clock,
    random,
    explain: (failure) => explainTopology(failure) ?? explainConnecting(failure),
    async open(lost) {
      const connection = await connections.get();
      const channel = await connection.model.createConfirmChannel();
      let failure: unknown;
      channel.on("error", (error) => {
        failure = error;
      });
      channel.on("close", () => {
        lost();
        onLost(channel, failure);
      });
      return { connection, channel };
    },
    shut: ({ channel }) => goodbye(closed(channel), clock),
  });
}

/** Closes a channel; one that is closed already throws where it should reject. */
export async function closed(channel: Channel): Promise<void> {
  await channel.close();
}

/** Does something on a channel of its own, because whatever the server does not like closes the channel. Throws coded errors. */
export async function onScratchChannel<T>(
  model: ChannelModel,
  work: (channel: Channel) => Promise<T>,
): Promise<T> {
  try {
    const channel = await model.createChannel();
    let closedBecause: unknown;
    channel.on("error", (error) => {
      closedBecause = error;
    });
    try {
      const value = await work(channel);
      await closed(channel);
      return value;
    } catch (failure) {
      if (closedBecause === undefined) closed(channel).catch(() => {});
      throw failure;
    }
  } catch (failure) {
    throw explainTopology(failure) ?? explainConnecting(new Error(messageOf(failure), { cause: failure }));
  }
}
