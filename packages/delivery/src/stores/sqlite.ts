import { DatabaseSync } from "node:sqlite";
import { crashPoint } from "../crash-points.ts";
import { DeliveryError } from "../errors.ts";
import { storeError } from "../sql-failure.ts";
import type { Session, Store } from "../store.ts";
import { type TableOptions, tablesOf } from "../tables.ts";
import type { SyncTx, Tx } from "../tx.ts";
import { readyTx } from "./ready-tx.ts";
import { lockOf } from "./sqlite/lock.ts";
import { sqliteTx, statementsOf } from "./sqlite/statements.ts";
import { inSqliteTransaction } from "./sqlite/transaction.ts";

/** Settings of the SQLite store. */
export interface SqliteOptions extends Omit<TableOptions, "schema"> {
  /** How long to wait for another process' transaction before STORE_BUSY, in milliseconds. Default: 10,000. */
  readonly busyTimeoutMs?: number;
}

/** The SQLite store also publishes at once, without a promise. */
export interface SqliteStore extends Store {
  readonly dialect: "sqlite";
  adopt(handle: unknown): SyncTx;
}

const busyTimeoutMs = 10_000;

/**
 * Keeps everything in an SQLite file, or in memory (`:memory:`), through `node:sqlite`. Takes a path, or your own open database: a
 * file is then opened a second time for what the store does itself; one in memory is shared. WAL and `synchronous = FULL` are set.
 *
 * SQLite has one writer. Inside a transaction of the store's own, await nothing but its `tx`: what takes longer is rolled back with
 * TX_AWAITS_OUTSIDE, since every other writer of the file would wait for it.
 */
export function sqlite(database: string | DatabaseSync, options: SqliteOptions = {}): SqliteStore {
  const { own, location, opened } = openOwn(database);
  const limitMs = options.busyTimeoutMs ?? busyTimeoutMs;
  const lock = lockOf(location ?? own);
  const others = new Set<DatabaseSync>();
  const sessionOf = (connection: DatabaseSync, close: () => void): Session => ({
    dialect: "sqlite",
    query: (sql, params) =>
      inSqliteTransaction({ database: connection, lock, limitMs, single: true }, (tx) =>
        tx.query(sql, params),
      ),
    transaction: (work) => inSqliteTransaction({ database: connection, lock, limitMs }, work),
    close: () => Promise.resolve(close()),
  });
  return {
    dialect: "sqlite",
    tables: tablesOf("sqlite", options),
    guarantees: { durable: location !== null, shared: location !== null, writers: "one" },
    async transaction(work) {
      checkOpen(own);
      const value = await inSqliteTransaction({ database: own, lock, limitMs }, work);
      crashPoint("transaction:after-commit");
      return value;
    },
    async connect({ relaxed = false }) {
      checkOpen(own);
      if (!relaxed || location === null) return sessionOf(own, () => {});
      const connection = open(location, "NORMAL");
      others.add(connection);
      const close = (): void => {
        if (others.delete(connection)) connection.close();
      };
      return sessionOf(connection, close);
    },
    adopt,
    close() {
      for (const connection of others) connection.close();
      others.clear();
      if (opened && own.isOpen) own.close();
      return Promise.resolve();
    },
  };
}

function checkOpen(own: DatabaseSync): void {
  if (!own.isOpen) throw new DeliveryError("DISPOSED", "The SQLite database was closed; nothing was done.");
}

interface Own {
  readonly own: DatabaseSync;
  /** The file's path; null in memory. */
  readonly location: string | null;
  /** Whether the store opened it, and so closes it. */
  readonly opened: boolean;
}

function openOwn(database: string | DatabaseSync): Own {
  if (typeof database === "string") {
    const own = open(database, "FULL");
    return { own, location: own.location(), opened: true };
  }
  if (!(database instanceof DatabaseSync)) {
    throw new DeliveryError(
      "CONFIGURATION",
      'sqlite() takes a path, ":memory:", or an open DatabaseSync of node:sqlite.',
    );
  }
  const location = database.location();
  return location === null
    ? { own: database, location, opened: false }
    : { own: open(location, "FULL"), location, opened: true };
}

function open(path: string, synchronous: "FULL" | "NORMAL"): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: 0 });
    database.exec(
      `pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = ${synchronous}; pragma busy_timeout = 0`,
    );
    return database;
  } catch (error) {
    throw storeError("sqlite", error, `SQLite could not open ${path}`);
  }
}

function adopt(handle: unknown): SyncTx {
  const ready = readyTx(handle, "sqlite");
  if (ready !== null) return "querySync" in ready ? (ready as SyncTx) : withPromisesOnly(ready);
  if (!(handle instanceof DatabaseSync)) {
    throw new DeliveryError(
      "TX_UNKNOWN_HANDLE",
      "What was passed as the transaction is no DatabaseSync of node:sqlite.",
    );
  }
  if (!handle.isTransaction)
    throw new DeliveryError("TX_NOT_A_TRANSACTION", "The database that was passed is in no transaction.");
  return sqliteTx(statementsOf(handle));
}

/** A query builder's transaction answers with promises: `publish` takes it, `publishSync` cannot. */
function withPromisesOnly(tx: Tx): SyncTx {
  return {
    ...tx,
    querySync() {
      throw new DeliveryError("TX_UNKNOWN_HANDLE", "This transaction answers with promises only.", {
        remedy: "Publish in it with publish, or pass the DatabaseSync of node:sqlite itself.",
      });
    },
  };
}
