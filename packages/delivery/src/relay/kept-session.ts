import { isDeliveryError } from "../errors.ts";
import type { Session, SessionOptions, Store } from "../store.ts";

/** A connection that is opened when it is needed and again after it was lost. One thing at a time is done on it. */
export interface KeptSession {
  use<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A connection to a store, kept. It finds rows by indexes alone. */
export function createKeptSession(store: Store, options: SessionOptions): KeptSession {
  let session: Session | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  const opened = async (): Promise<Session> => {
    if (session !== null) return session;
    const fresh = await store.connect({ ...options, byIndex: true });
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
