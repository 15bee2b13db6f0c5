import { DeliveryError } from "../errors.ts";
import type { Session } from "../store.ts";
import { type Connection, guarded } from "./connection.ts";
import { inTransaction, type TransactionWords } from "./transaction.ts";

/** A session on a connection. With `changed`, the connection's settings were: it is ended, not given back. */
export function sessionOn(
  words: TransactionWords,
  connection: Connection,
  { changed, limitMs }: { readonly changed: boolean; readonly limitMs: number },
): Session {
  const guard = guarded(words.dialect, connection, limitMs);
  let closed = false;
  return {
    dialect: words.dialect,
    query: async (sql, params, name) => {
      // By now the connection may be another caller's.
      if (closed) throw sessionClosed();
      return guard.query(sql, params, name);
    },
    transaction: async (work, options) => {
      if (closed) throw sessionClosed();
      return inTransaction(words, guard, work, options);
    },
    async close() {
      if (closed) return;
      closed = true;
      if (!changed && !guard.broken()) return connection.release();
      const ending = connection.destroy();
      // A pool that is ended before this is done would wait for it for ever.
      if (!guard.broken() && ending !== undefined) await atMost(ending, limitMs);
    },
  };
}

/** The session with its settings made; one on which they could not be made is ended, or its pool would never have it back. */
export async function settledSession(
  session: Session,
  settle: (session: Session) => Promise<void>,
): Promise<Session> {
  try {
    await settle(session);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

function sessionClosed(): DeliveryError {
  return new DeliveryError("DISPOSED", "The session was closed; nothing was done.");
}

function atMost(ending: Promise<void>, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    void ending.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
