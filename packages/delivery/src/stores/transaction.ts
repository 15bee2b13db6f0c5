import { DeliveryError, isDeliveryError } from "../errors.ts";
import type { TransactionOptions } from "../store.ts";
import type { Dialect, Tx } from "../tx.ts";
import type { Guarded } from "./connection.ts";
import { assuredTx, refuseControl, transactionEnded } from "./ready-tx.ts";

/** What the dialects do differently around a transaction. */
export interface TransactionWords {
  readonly dialect: Dialect;
  readonly begin: string;
  /** The statements that set the limit for waiting on locks for this transaction. */
  readonly lockTimeout: (limitMs: number) => readonly string[];
  /** The statements that take the limit back after the transaction, on a connection that is given back. */
  readonly lockTimeoutReset: readonly string[];
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
    refuseControl(sql);
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
    // What the database ended before COMMIT came is not committed.
    const isOver = isDeliveryError(failure) && failure.code === "TX_TIMED_OUT";
    if (isOver || !connection.broken()) throw failure;
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
