import type { DatabaseSync } from "node:sqlite";
import { systemClock, systemRandom } from "@holdfast/core";
import { DeliveryError, isDeliveryError } from "../../errors.ts";
import type { SyncTx } from "../../tx.ts";
import { refuseControl, transactionEnded } from "../ready-tx.ts";
import type { Lock } from "./lock.ts";
import { type Statements, sqliteTx, statementsOf } from "./statements.ts";

interface SqliteTransaction {
  readonly database: DatabaseSync;
  readonly lock: Lock;
  /** How long to wait for another process, in milliseconds. */
  readonly limitMs: number;
  /** One statement alone: it is its own transaction. */
  readonly single?: boolean;
}

/**
 * Runs `work` between BEGIN IMMEDIATE and COMMIT; a transaction that began to read and then writes could not be saved by waiting
 * (SQLITE_BUSY_SNAPSHOT). While another process writes it waits without blocking the event loop.
 */
export function inSqliteTransaction<T>(
  { database, lock, limitMs, single = false }: SqliteTransaction,
  work: (tx: SyncTx) => T | Promise<T>,
): Promise<T> {
  const statements = statementsOf(database);
  return lock.run(async () => {
    const whenMine = <R>(run: () => R | Promise<R>): Promise<R> =>
      whenFree(limitMs, () => {
        if (database.isTransaction) throw ownersTransaction();
        return run();
      });
    if (single) return whenMine(() => work(sqliteTx(statements)));
    await ownTurn();
    await whenMine(() => statements.run("BEGIN IMMEDIATE", []));
    const value = await withinOneTurn(statements, work);
    try {
      statements.run("COMMIT", []);
    } catch (failure) {
      rollBack(statements);
      throw failure;
    }
    return value;
  });
}

/**
 * A turn of the event loop that is this transaction's alone. Work that awaits nothing but `tx` then runs from BEGIN to COMMIT before anything
 * else of this process: the caller's own synchronous statements on the same file would otherwise wait, blocking, for a lock that only they
 * keep from being given back. And between two transactions timers, signals and sockets have their say, however many there are.
 */
function ownTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A database in memory is shared with its owner: within a transaction of the owner's, others would see and keep what is not committed. */
function ownersTransaction(): DeliveryError {
  return new DeliveryError("STORE_BUSY", "The database's owner is in a transaction on the same connection.");
}

/** Runs the work and rolls back what failed, and what let the event loop turn while it held the only write lock. */
async function withinOneTurn<T>(statements: Statements, work: (tx: SyncTx) => T | Promise<T>): Promise<T> {
  let turned = false;
  const turn = setImmediate(() => {
    turned = true;
    rollBack(statements);
  });
  let ended = false;
  const checkOpen = (sql: string): void => {
    refuseControl(sql);
    if (turned) throw awaitsOutside();
    if (ended) throw transactionEnded();
    // A full disk, among others, makes SQLite roll back by itself: what came behind would be committed one by one.
    if (!statements.database.isTransaction) throw rolledBack();
  };
  const tx = sqliteTx(statements);
  const guardedTx: SyncTx = {
    dialect: "sqlite",
    querySync: (sql, params) => {
      checkOpen(sql);
      return tx.querySync(sql, params);
    },
    query: async (sql, params) => {
      checkOpen(sql);
      return tx.querySync(sql, params);
    },
  };
  try {
    const value = await work(guardedTx);
    if (turned) throw awaitsOutside();
    if (!statements.database.isTransaction) throw rolledBack();
    return value;
  } catch (failure) {
    if (!turned) rollBack(statements);
    throw failure;
  } finally {
    ended = true;
    clearImmediate(turn);
  }
}

function awaitsOutside(): DeliveryError {
  return new DeliveryError(
    "TX_AWAITS_OUTSIDE",
    "The transaction awaited something other than tx while it held SQLite's only write lock; it was rolled back.",
  );
}

function rolledBack(): DeliveryError {
  return new DeliveryError(
    "TX_ROLLED_BACK",
    "SQLite rolled the transaction back by itself when a statement of it failed.",
  );
}

function rollBack({ database }: Statements): void {
  if (database.isOpen && database.isTransaction) database.exec("ROLLBACK");
}

async function whenFree<T>(limitMs: number, work: () => T | Promise<T>): Promise<T> {
  const endMs = systemClock.monotonic() + limitMs;
  for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, 50)) {
    try {
      return await work();
    } catch (error) {
      if (!isDeliveryError(error) || error.code !== "STORE_BUSY" || systemClock.monotonic() > endMs)
        throw error;
    }
    await systemClock.sleep(waitMs * systemRandom.between(0.5, 1));
  }
}
