import { crashPoint } from "../crash-points.ts";
import { DeliveryError } from "../errors.ts";
import { storeError } from "../sql-failure.ts";
import type { Store } from "../store.ts";
import { type TableOptions, tablesOf } from "../tables.ts";
import type { Tx } from "../tx.ts";
import { answerTimeoutMs, type Connection, guarded, withinLimit } from "./connection.ts";
import { type Mysql2Pool, mysql2Connection, mysql2Tx, promisePoolOf } from "./mysql/mysql2.ts";
import { readyTx } from "./ready-tx.ts";
import { sessionOn, settledSession } from "./session.ts";
import { inTransaction, type TransactionWords } from "./transaction.ts";

/** Settings of the store for MariaDB and MySQL. */
export interface MysqlOptions extends Omit<TableOptions, "schema"> {
  /** How long an answer may take before its connection counts as lost, in milliseconds. Default: 30,000. */
  readonly answerTimeoutMs?: number;
}

const words: TransactionWords = {
  dialect: "mysql",
  begin: "START TRANSACTION",
  lockTimeout: (limitMs) => [
    `SET SESSION innodb_lock_wait_timeout = ${Math.max(1, Math.ceil(limitMs / 1000))}`,
  ],
  lockTimeoutReset: ["SET SESSION innodb_lock_wait_timeout = DEFAULT"],
};

/**
 * Keeps everything in MariaDB (from 10.6) or MySQL (from 8.0), through a pool of mysql2 that is yours; it is used, never ended. Transactions
 * of the store's own run at READ COMMITTED: at InnoDB's default, a claim that drains the table blocks every INSERT into it.
 */
export function mysql(pool: Mysql2Pool, options: MysqlOptions = {}): Store {
  const promisePool = promisePoolOf(pool);
  const limitMs = options.answerTimeoutMs ?? answerTimeoutMs;
  const connect = async (): Promise<Connection> => {
    try {
      return await withinLimit(mysql2Connection(promisePool), limitMs);
    } catch (error) {
      throw storeError("mysql", error, "No connection to MariaDB or MySQL");
    }
  };
  return {
    dialect: "mysql",
    tables: tablesOf("mysql", options),
    guarantees: { durable: true, shared: true, writers: "many" },
    async transaction(work, transactionOptions) {
      const connection = await connect();
      const guard = guarded("mysql", connection, limitMs);
      try {
        // For the next transaction only: the connection goes back to the caller's pool as it came.
        await guard.query("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
        const value = await inTransaction(words, guard, work, transactionOptions);
        crashPoint("transaction:after-commit");
        return value;
      } finally {
        if (guard.broken()) connection.destroy();
        else connection.release();
      }
    },
    async connect() {
      const connection = await connect();
      return settledSession(sessionOn(words, connection, { changed: true, limitMs }), async (session) => {
        await session.query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
      });
    },
    adopt,
    close: () => Promise.resolve(),
  };
}

function adopt(handle: unknown): Tx {
  const tx = readyTx(handle, "mysql") ?? mysql2Tx(handle);
  if (tx !== null) return tx;
  throw new DeliveryError(
    "TX_UNKNOWN_HANDLE",
    "What was passed as the transaction is no connection of mysql2, and of no adapter.",
  );
}
