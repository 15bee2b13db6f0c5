import type { Clock } from "@holdfast/core";
import type { ConfirmChannel } from "amqplib";
import type { PublishEnd } from "../../broker.ts";
import { confirmed, down, failed, messageOf, unknown } from "../ends.ts";
import type { Sending } from "../send-queue.ts";
import { type ConfirmWindow, createConfirmWindow } from "./confirm-window.ts";
import { destroy, type RabbitmqConnection } from "./connection.ts";
import { createExchangeBook, type ExchangeBook } from "./exchange-book.ts";
import { createFrameWriter, type FrameWriter } from "./frames.ts";
import type { MessageProperties } from "./message.ts";
import type { Topology } from "./topology.ts";

/** Where a message goes. */
export interface RabbitmqTarget {
  readonly exchange: string;
  readonly routingKey: string;
}

/** A message as the client takes it. */
export interface RabbitmqSending extends Sending {
  readonly target: RabbitmqTarget;
  readonly properties: MessageProperties;
  readonly content: Buffer;
  returned: string | null;
}

/** A confirm channel and what is under way on it. */
export interface PublishSession {
  readonly connection: RabbitmqConnection;
  readonly channel: ConfirmChannel;
  readonly frames: FrameWriter | null;
  readonly window: ConfirmWindow<RabbitmqSending>;
  readonly exchanges: ExchangeBook;
  /** The client's buffer is full; it says when it has drained. */
  full: boolean;
  heardMs: number;
}

/** Sends one, or ends it; false when it has to wait. */
export function sendOn(session: PublishSession, one: RabbitmqSending): boolean {
  const { connection, exchanges, window } = session;
  if (connection.blocked !== null) {
    one.end(blocked(connection.blocked));
    return true;
  }
  if (session.full) return false;
  const { exchange } = one.target;
  const state = exchanges.look(exchange);
  if (state === "asking") return false;
  if (state !== "there") {
    one.end({ ok: false, kind: "misconfigured", error: state });
    return true;
  }
  try {
    write(session, one);
    window.add(one);
  } catch (failure) {
    // Where the channel is just closing, nothing was written.
    one.end((failure as Error).name === "IllegalOperationError" ? down(failure) : unsendable(failure));
  }
  return true;
}

function write(session: PublishSession, { target, content, properties }: RabbitmqSending): void {
  const { frames, channel } = session;
  const { exchange, routingKey } = target;
  if (frames?.add(exchange, routingKey, content, properties) === true) return;
  // What the client writes comes behind what was added before.
  frames?.flush();
  if (!channel.publish(exchange, routingKey, content, properties)) session.full = true;
}

/** Ends what was sent before then; a server that has confirmed nothing since is taken for dead, and its connection with it. */
export function expireOn({ window, connection, heardMs }: PublishSession, beforeMs: number): void {
  const late = window.takeWhile((sent) => sent.sinceMs < beforeMs);
  for (const sent of late) sent.end(unknown("the server did not answer in time"));
  const silent = late[0] !== undefined && heardMs <= late[0].sinceMs;
  if (silent && connection.blocked === null) destroy(connection.model);
}

/** Starts a session on a fresh channel. `pump` is called whenever something that had to wait may go on. */
export function startSession(
  connection: RabbitmqConnection,
  channel: ConfirmChannel,
  {
    clock,
    topology,
    pump,
  }: { readonly clock: Clock; readonly topology: Topology; readonly pump: () => void },
): PublishSession {
  const window = createConfirmWindow<RabbitmqSending>();
  const exchanges = createExchangeBook({ model: connection.model, topology, clock, onAnswer: pump });
  const session: PublishSession = {
    connection,
    channel,
    frames: createFrameWriter(channel, () => {
      session.full = true;
    }),
    window,
    exchanges,
    full: false,
    heardMs: clock.monotonic(),
  };
  const settle = (
    { deliveryTag, multiple }: { deliveryTag: number; multiple: boolean },
    end: PublishEnd,
  ): void => {
    session.heardMs = clock.monotonic();
    for (const sent of window.settle(deliveryTag, multiple))
      sent.end(sent.returned === null ? end : unroutable(sent.target, sent.returned));
  };
  channel.on("ack", (fields) => settle(fields, confirmed));
  channel.on("nack", (fields) => settle(fields, refused));
  // A return comes before the confirm of the same message, and says which one by its id alone.
  channel.on("return", ({ properties, fields }) => {
    const id = properties.messageId as unknown;
    const sent = window.find((one) => one.returned === null && one.properties.messageId === id);
    if (sent !== undefined) sent.returned = (fields as { replyText?: string }).replyText ?? "NO_ROUTE";
  });
  channel.on("drain", () => {
    session.full = false;
    pump();
  });
  return session;
}

// A queue that is full and told to reject, or has no leader: the message is not at fault, and another one would fare no better.
const refused = failed(
  "down",
  "BROKER_UNREACHABLE",
  "RabbitMQ refused the message (basic.nack): a queue is full, or cannot take messages now.",
);

function blocked(reason: string): PublishEnd {
  return failed("down", "BROKER_UNREACHABLE", `RabbitMQ takes no messages for now: ${reason}`);
}

function unroutable({ exchange, routingKey }: RabbitmqTarget, replyText: string): PublishEnd {
  return failed(
    "misconfigured",
    "BROKER_MISCONFIGURED",
    `No queue is bound to exchange ${JSON.stringify(exchange)} for ${JSON.stringify(routingKey)} (${replyText}).`,
  );
}

function unsendable(failure: unknown): PublishEnd {
  return failed(
    "rejected",
    "MESSAGE_TOO_LARGE",
    `RabbitMQ's client cannot send it: ${messageOf(failure)}`,
    failure,
  );
}
