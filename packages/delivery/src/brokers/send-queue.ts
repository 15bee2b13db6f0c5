import type { PublishEnd } from "../broker.ts";
import { DeliveryError } from "../errors.ts";
import { down } from "./ends.ts";

/** A message that is not sent yet, or not confirmed. */
export interface Sending {
  readonly sinceMs: number;
  end(end: PublishEnd): void;
}

/** What is done with what waits. */
export interface SendQueueOptions<One extends Sending, Session> {
  /** The session that is open. */
  current(): Session | null;
  /** Opens one. */
  open(): Promise<unknown>;
  /** How everything ends that waits when none can be opened. */
  notOpen(failure: unknown): PublishEnd;
  /** Sends one, or ends it. False when it has to wait: then `pump` is called as soon as it has not. */
  send(session: Session, one: One): boolean;
}

/** Messages that wait for a session, or for room in it: one queue for all, so that the order is kept. */
export interface SendQueue<One extends Sending> {
  push(one: One): void;
  /** Sends what can be sent. */
  pump(): void;
  /** Ends what has waited since before then. */
  expire(beforeMs: number, end: PublishEnd): void;
  /** Ends all, and takes nothing more. */
  close(): void;
}

/** An empty queue. */
export function createSendQueue<One extends Sending, Session>(
  options: SendQueueOptions<One, Session>,
): SendQueue<One> {
  const waiting: One[] = [];
  let opening = false;
  let closed = false;

  const endAll = (end: PublishEnd): void => {
    for (const one of waiting.splice(0)) one.end(end);
  };

  const open = async (): Promise<void> => {
    opening = true;
    try {
      await options.open();
    } catch (failure) {
      endAll(options.notOpen(failure));
    } finally {
      opening = false;
    }
    pump();
  };

  const pump = (): void => {
    while (waiting.length > 0 && !opening) {
      const session = options.current();
      if (session === null) {
        void open();
        return;
      }
      if (!options.send(session, waiting[0] as One)) return;
      waiting.shift();
    }
  };

  return {
    pump,
    push(one) {
      if (closed) {
        one.end(disposed());
        return;
      }
      waiting.push(one);
      // Behind others it has to wait as they do.
      if (waiting.length === 1) pump();
    },
    expire(beforeMs, end) {
      while (waiting[0] !== undefined && waiting[0].sinceMs < beforeMs) waiting.shift()?.end(end);
    },
    close() {
      closed = true;
      endAll(disposed());
    },
  };
}

function disposed(): PublishEnd {
  return down(new DeliveryError("DISPOSED", "The broker was closed."));
}
