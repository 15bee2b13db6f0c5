import { crashPoint } from "../crash-points.ts";
import { DeliveryError } from "../errors.ts";
import { storeError } from "../sql-failure.ts";
import type { Store } from "../store.ts";
import { type TableOptions, tablesOf } from "../tables.ts";
import type { Tx } from "../tx.ts";
import { answerTimeoutMs, type Connection, guarded, withinLimit } from "./connection.ts";
import { postgresHints } from "./postgres/hints.ts";
import {
  isNodePostgres,
  type NodePostgresPool,
  nodePostgresConnection,
  nodePostgresTx,
} from "./postgres/node-postgres.ts";
import { pooledSession, unprepared, unpreparedTx } from "./postgres/pooled.ts";
import { isPostgresJs, type PostgresJs, postgresJsConnection, postgresJsTx } from "./postgres/postgres-js.ts";
import { settingStatement, settingsOf } from "./postgres/settings.ts";
import { readyTx } from "./ready-tx.ts";
import { sessionOn, settledSession } from "./session.ts";
import { inTransaction, type TransactionWords } from "./transaction.ts";

/** Settings of the PostgreSQL store. */
export interface PostgresOptions extends TableOptions {
  /** How long an answer may take before its connection counts as lost, in milliseconds. Default: 30,000. */
  readonly answerTimeoutMs?: number;
  /** Wake relays in other processes by NOTIFY, on a connection of its own. Default: true, and false with `pooler: "transaction"`. */
  readonly notify?: boolean;
  /**
   * What stands between the pool and PostgreSQL: `transaction` for a pooler that hands its connections out by transaction, as PgBouncer with
   * `pool_mode = transaction`. Nothing is then set, prepared or locked beyond the end of a transaction, at the cost of three round trips for
   * each statement of a relay: a setting that stayed would be another client's. Default: none.
   */
  readonly pooler?: "none" | "transaction";
  /**
   * `log` keeps messages that are in no order in tables that are only appended to and emptied as a whole: no dead rows, and no slower under a
   * long transaction elsewhere. Relays need it as well as publishers; switch it on in relays first, and off in relays last. Default: queue.
   */
  readonly outbox?: "queue" | "log";
}

const words: TransactionWords = {
  dialect: "postgres",
  begin: "BEGIN ISOLATION LEVEL READ COMMITTED",
  lockTimeout: (limitMs) => [`SET LOCAL lock_timeout = ${Math.max(1, Math.ceil(limitMs))}`],
  lockTimeoutReset: [],
};

/**
 * Keeps everything in PostgreSQL, through a pool that is yours: a `Pool` of `pg` or the `sql` of postgres.js. The pool is used, never
 * ended. A relay holds four of its connections (three with `order: "off"`), a consumer one per handler under way.
 */
export function postgres(pool: NodePostgresPool | PostgresJs, options: PostgresOptions = {}): Store {
  const isPooled = options.pooler === "transaction";
  const acquire = isPooled ? unprepared(connector(pool)) : connector(pool);
  const limitMs = options.answerTimeoutMs ?? answerTimeoutMs;
  const connect = async (): Promise<Connection> => {
    try {
      return await withinLimit(acquire(), limitMs);
    } catch (error) {
      throw storeError("postgres", error, "No connection to PostgreSQL");
    }
  };
  const tables = tablesOf("postgres", options);
  const hints =
    options.notify === false || isPooled
      ? undefined
      : postgresHints({
          connect,
          limitMs,
          channel: `${tables.bare("outbox")}_${options.schema ?? "holdfast"}`,
        });
  return {
    dialect: "postgres",
    tables,
    guarantees: { durable: true, shared: true, writers: "many" },
    outbox: options.outbox ?? "queue",
    sharesConnections: isPooled,
    ...(hints === undefined ? {} : { hints }),
    async transaction(work, transactionOptions) {
      const connection = await connect();
      const guard = guarded("postgres", connection, limitMs);
      try {
        const value = await inTransaction(words, guard, work, transactionOptions);
        crashPoint("transaction:after-commit");
        return value;
      } finally {
        if (guard.broken()) connection.destroy();
        else connection.release();
      }
    },
    async connect(sessionOptions) {
      const connection = await connect();
      if (isPooled)
        return pooledSession(words, connection, { limitMs, settings: settingsOf(sessionOptions) });
      return settledSession(sessionOn(words, connection, { changed: true, limitMs }), async (session) => {
        await session.query(settingStatement(settingsOf(sessionOptions), { local: false }));
      });
    },
    adopt: isPooled ? (handle) => unpreparedTx(adopt(handle)) : adopt,
    close: () => hints?.close() ?? Promise.resolve(),
  };
}

function connector(pool: unknown): () => Promise<Connection> {
  if (isPostgresJs(pool)) return () => postgresJsConnection(pool);
  if (isNodePostgres(pool)) return () => nodePostgresConnection(pool);
  throw new DeliveryError("CONFIGURATION", "postgres() takes a Pool of pg, or the sql of postgres.js.");
}

function adopt(handle: unknown): Tx {
  const tx = readyTx(handle, "postgres") ?? postgresJsTx(handle) ?? nodePostgresTx(handle);
  if (tx !== null) return tx;
  throw new DeliveryError(
    "TX_UNKNOWN_HANDLE",
    "What was passed as the transaction is no connection of pg or postgres.js, and of no adapter.",
  );
}
