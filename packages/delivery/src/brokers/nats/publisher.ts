import type { Clock } from "@holdfast/core";
import { createInbox, type Msg } from "@nats-io/transport-node";
import type { Outgoing, PublishEnd } from "../../broker.ts";
import { isDeliveryError } from "../../errors.ts";
import { down, failed, messageOf, unknown } from "../ends.ts";
import type { Link } from "../link.ts";
import { createSendQueue, type Sending } from "../send-queue.ts";
import type { NatsLinked } from "./connection.ts";
import { asHeaders, headerBlockOf } from "./message.ts";
import { endOfPubAck } from "./pub-ack.ts";

/** Where a message goes. */
export interface NatsTarget {
  readonly subject: string;
}

interface NatsSending extends Sending {
  readonly subject: string;
  readonly block: Buffer;
  readonly body: Uint8Array;
}

interface Session {
  readonly linked: NatsLinked;
  readonly inbox: string;
  /** By the last token of the subject to answer to; in the order in which they were sent. */
  readonly sent: Map<string, NatsSending>;
  next: number;
  heardMs: number;
}

/** What publishing needs. */
export interface NatsPublisherOptions {
  readonly link: Link<NatsLinked>;
  readonly stream: string;
  readonly confirmTimeoutMs: number;
  readonly bytesMax: number;
  readonly clock: Clock;
  /** Runs on a fresh connection before anything is published on it. */
  readonly prepare: (linked: NatsLinked) => Promise<void>;
}

/**
 * Publishes to JetStream over the core connection, any number under way: one subscription takes the confirms of all. The client's own
 * `publish` sets up a promise, a timer and a header table for each and is about half as fast (bench/delivery/broker-smoke.ts).
 */
export function createNatsPublisher(options: NatsPublisherOptions): {
  publish(message: Outgoing): Promise<PublishEnd>;
  close(): void;
} {
  const { link, stream, confirmTimeoutMs, bytesMax, clock } = options;
  let session: Session | null = null;
  let timer: NodeJS.Timeout | null = null;

  const lose = (lost: Session, because: string): void => {
    if (session === lost) session = null;
    const sent = [...lost.sent.values()];
    lost.sent.clear();
    for (const one of sent) one.end(unknown(because));
  };

  const queue = createSendQueue<NatsSending, Session>({
    current: () => session,
    async open() {
      const linked = await link.get();
      await options.prepare(linked);
      const opened = startSession(linked, clock);
      linked.lost.addEventListener("abort", () => lose(opened, "the connection was lost"), { once: true });
      if (!linked.lost.aborted) session = opened;
    },
    notOpen,
    send: sendOn,
  });

  const sweep = (): void => {
    const beforeMs = clock.monotonic() - confirmTimeoutMs;
    queue.expire(beforeMs, down(new Error(`not sent within ${confirmTimeoutMs} ms`)));
    if (session !== null) expireOn(session, beforeMs);
  };

  return {
    publish({ destination, envelope }) {
      if (envelope.body.length > bytesMax)
        return Promise.resolve(tooLarge(`${envelope.body.length} bytes and the limit is ${bytesMax}`));
      timer ??= setInterval(sweep, Math.max(20, confirmTimeoutMs / 4)).unref();
      return new Promise((end) => {
        queue.push({
          subject: (destination as NatsTarget).subject,
          block: headerBlockOf(envelope, stream),
          body: envelope.body,
          sinceMs: clock.monotonic(),
          end,
        });
      });
    },
    close() {
      queue.close();
      if (timer !== null) clearInterval(timer);
      if (session !== null) lose(session, "the broker was closed");
    },
  };
}

/**
 * A record of JetStream's file store that is longer counts as damaged when it is read (`rlBadThresh` in its filestore.go): the message is
 * confirmed, and gone. No setting moves it. Seen on 2.9.10.
 */
const recordBytesMax = 32 * 1024 * 1024;
/** For the subject and for what the store and the server add. */
const recordSlack = 2 * 1024;
/** The largest payload that a stream is given: with room for the headers. */
export const storedBytesMax: number = recordBytesMax - 64 * 1024;

function sendOn(session: Session, one: NatsSending): boolean {
  const { nc } = session.linked;
  const bytes = one.block.length + one.body.length;
  const bytesMax = Math.min(nc.info?.max_payload ?? Number.POSITIVE_INFINITY, recordBytesMax - recordSlack);
  if (bytes > bytesMax) {
    one.end(tooLarge(`${bytes} bytes, headers included, and the server takes ${bytesMax}`));
    return true;
  }
  const token = (session.next++).toString(36);
  try {
    nc.publish(one.subject, one.body, { reply: session.inbox + token, headers: asHeaders(one.block) });
    session.sent.set(token, one);
  } catch (failure) {
    one.end(failed("down", "BROKER_UNREACHABLE", `NATS takes nothing now: ${messageOf(failure)}`, failure));
  }
  return true;
}

/** Ends what was sent before then; a server that has confirmed nothing since is taken for dead. */
function expireOn({ sent, heardMs, linked }: Session, beforeMs: number): void {
  let oldestMs: number | null = null;
  for (const [token, one] of sent) {
    if (one.sinceMs >= beforeMs) break;
    oldestMs ??= one.sinceMs;
    sent.delete(token);
    one.end(unknown("the server did not answer in time"));
  }
  if (oldestMs !== null && heardMs <= oldestMs) linked.abandon();
}

/** A server that cannot be reached is waited for; one that does not let the stream be made needs somebody to do something. */
function notOpen(failure: unknown): PublishEnd {
  const unprepared = isDeliveryError(failure) && failure.code === "BROKER_MISCONFIGURED";
  return unprepared ? { ok: false, kind: "misconfigured", error: failure } : down(failure);
}

function startSession(linked: NatsLinked, clock: Clock): Session {
  const session: Session = {
    linked,
    inbox: `${createInbox()}.`,
    sent: new Map(),
    next: 0,
    heardMs: clock.monotonic(),
  };
  linked.nc.subscribe(`${session.inbox}*`, {
    callback: (error, message) => {
      if (error === null) settle(session, message, clock);
    },
  });
  return session;
}

function settle(session: Session, message: Msg, clock: Clock): void {
  session.heardMs = clock.monotonic();
  const token = message.subject.slice(session.inbox.length);
  const one = session.sent.get(token);
  if (one === undefined) return;
  session.sent.delete(token);
  // A confirm has no headers; looking for a status in each would decode what is not there.
  const status = message.data.length === 0 ? (message.headers?.code ?? 0) : 0;
  one.end(endOfPubAck(status, message.string(), one.subject));
}

function tooLarge(what: string): PublishEnd {
  return failed("rejected", "MESSAGE_TOO_LARGE", `The message has ${what}.`);
}
