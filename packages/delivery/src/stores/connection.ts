import { DeliveryError, isDeliveryError } from "../errors.ts";
import { storeError } from "../sql-failure.ts";
import type { Session, TransactionOptions } from "../store.ts";
import type { Dialect, QueryResult, SqlValue, Tx } from "../tx.ts";
import { assuredTx, transactionEnded } from "./ready-tx.ts";

/** A driver's connection, as the two client–server databases need it. */
export interface Connection {
  query(
    sql: string,
    params: readonly SqlValue[],
    name?: string,
  ): Promise<QueryResult & { readonly command: string }>;
  /** Gives it back to its pool. */
  release(): void;
  /** Ends it: it is broken, or its settings were changed. Resolves, where it takes its time, when that is done. Never rejects. */
  destroy(): void | Promise<void>;
}

/** What the dialects do differently around a transaction. */
export interface TransactionWords {
  readonly dialect: Dialect;
  readonly begin: string;
  /** The statements that set the limit for waiting on locks for this transaction. */
  readonly lockTimeout: (limitMs: number) => readonly string[];
  /** The statements that take the limit back after the transaction, on a connection that is given back. */
  readonly lockTimeoutReset: readonly string[];
}

/** How long an answer of the database may take before the connection counts as lost, in milliseconds. */
export const answerTimeoutMs = 30_000;

/** A connection within the limit: a pool waits for ever where its server took the socket and says nothing. One that comes late is given back. */
export function withinLimit(acquiring: Promise<Connection>, limitMs: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(new DeliveryError("STORE_UNREACHABLE", `No connection was to be had within ${limitMs} ms.`));
    }, limitMs);
    acquiring.then(
      (connection) => {
        clearTimeout(timer);
        if (late) connection.release();
        else resolve(connection);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/** A connection whose failures are coded, and which counts as lost when an answer does not come in time. */
export interface Guarded {
  readonly broken: () => boolean;
  /** Counts it as lost, though it may answer: nobody is to have it next. */
  giveUp(): void;
  query(
    sql: string,
    params?: readonly SqlValue[],
    name?: string,
  ): Promise<QueryResult & { readonly command: string }>;
}

/** Puts a limit and codes on a connection's answers: a half-open socket would let a worker wait for ever. */
export function guarded(dialect: Dialect, connection: Connection, limitMs: number): Guarded {
  let broken = false;
  const fail = (error: unknown, doing: string): DeliveryError => {
    const coded = storeError(dialect, error, doing);
    if (coded.code === "STORE_UNREACHABLE") broken = true;
    return coded;
  };
  return {
    broken: () => broken,
    giveUp: () => {
      broken = true;
    },
    query: (sql, params = [], name) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          broken = true;
          connection.destroy();
          reject(
            new DeliveryError(
              "STORE_UNREACHABLE",
              `The database did not answer within ${limitMs} ms; the connection was given up.`,
            ),
          );
        }, limitMs);
        connection.query(sql, params, name).then(
          (result) => {
            clearTimeout(timer);
            resolve(result);
          },
          (error) => {
            clearTimeout(timer);
            reject(fail(error, "The database refused a statement"));
          },
        );
      }),
  };
}

/** Runs `work` between BEGIN and COMMIT on a connection. Resolves only for a COMMIT that the database confirmed as one. */
export async function inTransaction<T>(
  words: TransactionWords,
  connection: Guarded,
  work: (tx: Tx) => T | Promise<T>,
  { lockTimeoutMs }: TransactionOptions = {},
): Promise<T> {
  await connection.query(words.begin);
  if (lockTimeoutMs === undefined) return begun(words, connection, work, []);
  try {
    return await begun(words, connection, work, words.lockTimeout(lockTimeoutMs));
  } finally {
    await takeBack(connection, words.lockTimeoutReset);
  }
}

/** From behind BEGIN to the end, whichever it is: the connection is then in no transaction, or given up. */
async function begun<T>(
  words: TransactionWords,
  connection: Guarded,
  work: (tx: Tx) => T | Promise<T>,
  settings: readonly string[],
): Promise<T> {
  let value: T;
  try {
    for (const setting of settings) await connection.query(setting);
    value = await workedIn(connection, words.dialect, work);
  } catch (failure) {
    await rollBack(connection);
    throw failure;
  }
  try {
    await commit(connection);
  } catch (failure) {
    // PostgreSQL's transaction is over whatever COMMIT met; of MySQL's that is not certain.
    if (words.dialect === "mysql") await rollBack(connection);
    throw failure;
  }
  return value;
}

/** What has become of the transaction is known by now, and a setting that stays must not speak against it. */
async function takeBack(connection: Guarded, resets: readonly string[]): Promise<void> {
  if (connection.broken()) return;
  try {
    for (const reset of resets) await connection.query(reset);
  } catch {
    connection.giveUp();
  }
}

async function workedIn<T>(
  connection: Guarded,
  dialect: Dialect,
  work: (tx: Tx) => T | Promise<T>,
): Promise<T> {
  let ended = false;
  let gone: DeliveryError | null = null;
  const query: Tx["query"] = async (sql, params, name) => {
    // By now the connection may be another caller's.
    if (ended) throw transactionEnded();
    if (gone !== null) throw gone;
    try {
      return await connection.query(sql, params, name);
    } catch (failure) {
      // InnoDB takes the whole transaction of a deadlock's victim back; what came behind would be committed one by one.
      if (dialect === "mysql" && isDeliveryError(failure) && failure.code === "STORE_CONFLICT")
        gone = failure;
      throw failure;
    }
  };
  try {
    const value = await work(assuredTx({ dialect, query }));
    if (gone !== null) throw gone;
    return value;
  } finally {
    ended = true;
  }
}

async function rollBack(connection: Guarded): Promise<void> {
  if (connection.broken()) return;
  try {
    await connection.query("ROLLBACK");
  } catch {
    // What the caller needs to know is the first failure. Whoever had this connection next would be in this transaction.
    connection.giveUp();
  }
}

async function commit(connection: Guarded): Promise<void> {
  let command: string;
  try {
    ({ command } = await connection.query("COMMIT"));
  } catch (failure) {
    if (!connection.broken()) throw failure;
    throw new DeliveryError("TX_COMMIT_UNKNOWN", "The connection was lost while COMMIT was under way.", {
      cause: failure,
    });
  }
  // PostgreSQL answers COMMIT with ROLLBACK when a statement of the transaction had failed.
  if (command === "ROLLBACK")
    throw new DeliveryError(
      "TX_ROLLED_BACK",
      "COMMIT was answered with ROLLBACK: a statement of the transaction had failed.",
    );
}

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
