import { isDeliveryError } from "../errors.ts";
import type { Session, SessionOptions, Store } from "../store.ts";

/** A connection that is opened when it is needed and again after it was lost. One thing at a time is done on it. */
export interface KeptSession {
  use<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Settings of a relay's connection. The planner is kept from reading whole tables: their statistics are often from a moment at which the
 * outbox was empty, and then a full one is read row by row.
 */
const prepare: readonly string[] = [
  "set enable_seqscan = off",
  "set enable_hashjoin = off",
  "set enable_mergejoin = off",
  "set jit = off",
];

/** A connection to a store, kept. */
export function createKeptSession(store: Store, options: SessionOptions): KeptSession {
  let session: Session | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  const opened = async (): Promise<Session> => {
    if (session !== null) return session;
    const fresh = await store.connect(options);
    try {
      if (store.dialect === "postgres") for (const statement of prepare) await fresh.query(statement);
    } catch (error) {
      await fresh.close();
      throw error;
    }
    // The relay may have been stopped while the database took its time to answer.
    if (closed) await fresh.close();
    else session = fresh;
    return fresh;
  };
  const end = async (): Promise<void> => {
    const old = session;
    session = null;
    await old?.close();
  };
  const run = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const mine = await opened();
    try {
      return await work(mine);
    } catch (error) {
      if (!keeps(error)) await end();
      throw error;
    }
  };
  return {
    use(work) {
      const mine = last.then(() => run(work));
      last = mine.catch(() => {});
      return mine;
    },
    async close() {
      closed = true;
      await end();
    },
  };
}

/** Whether the connection is as good as before: the statement met others, nothing more. */
function keeps(error: unknown): boolean {
  return isDeliveryError(error) && (error.code === "STORE_BUSY" || error.code === "STORE_CONFLICT");
}
