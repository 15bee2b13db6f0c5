import { systemClock, systemRandom } from "@holdfast/core";
import type { Hints } from "../../store.ts";
import { type Connection, guarded } from "../connection.ts";
import type { NodePostgresClient } from "./node-postgres.ts";

/** Wake-ups by NOTIFY, off the write path: a NOTIFY inside of the caller's transaction costs most of its commit rate. */
export interface PostgresHints extends Hints {
  close(): Promise<void>;
}

/** At most one NOTIFY per process and this many milliseconds: the first goes at once, and those that come meanwhile are one more. */
const coalesceMs = 10;
/** How long to wait before another try to listen, in milliseconds. */
const reconnectMs = { first: 100, most: 10_000 };

/** Hints on a channel, over connections of the caller's pool. Every failure costs hints only: relays poll all the same. */
export function postgresHints({
  connect,
  limitMs,
  channel,
}: {
  readonly connect: () => Promise<Connection>;
  /** How long an answer may take. */
  readonly limitMs: number;
  readonly channel: string;
}): PostgresHints {
  let pausing: NodeJS.Timeout | null = null;
  let wanted = false;
  let closed = false;
  let sending: Promise<void> = Promise.resolve();
  const notify = async (): Promise<void> => {
    try {
      const connection = await connect();
      const guard = guarded("postgres", connection, limitMs);
      try {
        await guard.query(`NOTIFY "${channel}"`);
      } finally {
        if (guard.broken()) connection.destroy();
        else connection.release();
      }
    } catch {
      // A hint that is lost costs a poll interval.
    }
  };
  const send = (): void => {
    if (closed) return;
    if (pausing !== null) {
      wanted = true;
      return;
    }
    wanted = false;
    sending = notify();
    pausing = setTimeout(() => {
      pausing = null;
      if (wanted) send();
    }, coalesceMs).unref();
  };
  return {
    send,
    listen(onHint, signal) {
      void keepListening({ connect, channel, onHint, signal });
    },
    async close() {
      closed = true;
      if (pausing !== null) clearTimeout(pausing);
      await sending;
    },
  };
}

interface Listening {
  readonly connect: () => Promise<Connection>;
  readonly channel: string;
  readonly onHint: () => void;
  readonly signal: AbortSignal;
}

async function keepListening(listening: Listening): Promise<void> {
  const { signal } = listening;
  for (let waitMs = reconnectMs.first; !signal.aborted; waitMs = Math.min(waitMs * 2, reconnectMs.most)) {
    const startedMs = systemClock.monotonic();
    try {
      await listenOnce(listening);
    } catch {
      // Tried again below; the relay polls meanwhile.
    }
    if (systemClock.monotonic() - startedMs > reconnectMs.most) waitMs = reconnectMs.first;
    try {
      await systemClock.sleep(waitMs * systemRandom.between(0.8, 1.2), signal);
    } catch {
      return;
    }
  }
}

/** Listens until the connection breaks or the signal aborts. Drivers other than `pg` have no such connection: relays poll then. */
async function listenOnce({ connect, channel, onHint, signal }: Listening): Promise<void> {
  const connection = await connect();
  const client = (connection as Connection & { readonly client?: NodePostgresClient }).client;
  if (client === undefined) {
    connection.release();
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    return;
  }
  try {
    await connection.query(`LISTEN "${channel}"`, []);
    client.on("notification", onHint as (value: never) => void);
    await new Promise<void>((resolve) => {
      client.on("error", resolve as (value: never) => void);
      client.on("end" as "error", resolve as (value: never) => void);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  } finally {
    client.removeListener("notification", onHint as (value: never) => void);
    connection.destroy();
  }
}
