import type { Session } from "../../store.ts";
import type { Tx } from "../../tx.ts";
import type { Connection } from "../connection.ts";
import { sessionOn } from "../session.ts";
import type { TransactionWords } from "../transaction.ts";
import { type Settings, settingStatement } from "./settings.ts";

/**
 * A session behind a pooler that hands its connections out by transaction: each statement is a transaction with the session's settings, which
 * end with it. Set for the session they would stay on a connection that the next client is given, whose commits would not wait for the disk.
 */
export function pooledSession(
  words: TransactionWords,
  connection: Connection,
  { settings, limitMs }: { readonly settings: Settings; readonly limitMs: number },
): Session {
  const session = sessionOn(words, connection, { changed: false, limitMs });
  const statement = settingStatement(settings, { local: true });
  const transaction: Session["transaction"] = (work, options) =>
    session.transaction(async (tx) => {
      await tx.query(statement);
      return work(tx);
    }, options);
  return { ...session, transaction, query: (sql, params) => transaction((tx) => tx.query(sql, params)) };
}

/** Connections that prepare nothing under a name: the next statement may meet another connection, which has not heard of it. */
export function unprepared(acquire: () => Promise<Connection>): () => Promise<Connection> {
  return async () => {
    const connection = await acquire();
    return { ...connection, query: (sql, params) => connection.query(sql, params) };
  };
}

/** The same for a transaction of the caller's own. */
export function unpreparedTx(tx: Tx): Tx {
  return { ...tx, query: (sql, params) => tx.query(sql, params) };
}
