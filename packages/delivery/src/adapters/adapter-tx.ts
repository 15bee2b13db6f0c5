import { Buffer } from "node:buffer";
import { DeliveryError } from "../errors.ts";
import { storeError } from "../sql-failure.ts";
import { assuredTx } from "../stores/ready-tx.ts";
import type { Dialect, QueryResult, Row, SqlValue, SyncTx, Tx } from "../tx.ts";

/** A `Tx` over a query builder whose transaction is known to be open; its failures are coded as the stores' are. */
export function adapterTx(
  dialect: Dialect,
  run: (sql: string, params: readonly SqlValue[]) => Promise<QueryResult>,
): Tx {
  return assuredTx<Tx>({
    dialect,
    async query(sql, params = []) {
      try {
        return await run(sql, params.map(plain(dialect)));
      } catch (error) {
        throw storeError(dialect, error, "The database refused a statement");
      }
    },
  });
}

/** The same for a builder over SQLite that answers at once, in a callback that cannot wait. */
export function adapterSyncTx(run: (sql: string, params: readonly SqlValue[]) => QueryResult): SyncTx {
  const querySync: SyncTx["querySync"] = (sql, params = []) => {
    try {
      return run(sql, params.map(plain("sqlite")));
    } catch (error) {
      throw storeError("sqlite", error, "The database refused a statement");
    }
  };
  return assuredTx<SyncTx>({
    dialect: "sqlite",
    querySync,
    query: async (sql, params) => querySync(sql, params),
  });
}

/** Drivers below a query builder take Buffers for bytes, and those of SQLite no booleans. */
function plain(dialect: Dialect): (value: SqlValue) => SqlValue {
  return (value) => {
    if (value instanceof Uint8Array && !Buffer.isBuffer(value)) return Buffer.from(value);
    if (dialect === "sqlite" && typeof value === "boolean") return value ? 1 : 0;
    return value;
  };
}

/** What a builder gives back as its driver gave it: rows, a list of rows with a count, or counts alone. */
export function resultOf(answer: unknown): QueryResult {
  if (Array.isArray(answer)) {
    const { count } = answer as { readonly count?: number | null };
    return { rows: answer as readonly Row[], count: Number(count ?? answer.length) };
  }
  const { rows, ...counts } = (answer ?? {}) as Answer;
  const list = rows ?? [];
  const count =
    counts.rowCount ?? counts.numAffectedRows ?? counts.affectedRows ?? counts.rowsAffected ?? counts.changes;
  return { rows: list, count: Number(count ?? list.length) };
}

interface Answer {
  readonly rows?: readonly Row[];
  /** node-postgres. */
  readonly rowCount?: number | null;
  /** Kysely. */
  readonly numAffectedRows?: bigint;
  /** mysql2 and PGlite. */
  readonly affectedRows?: number;
  /** libsql. */
  readonly rowsAffected?: number;
  /** better-sqlite3. */
  readonly changes?: number | bigint;
}

/** The error for a builder's object that is in no transaction. */
export function notInTransaction(said: string): DeliveryError {
  return new DeliveryError("TX_NOT_A_TRANSACTION", `${said}; nothing was written.`);
}

/** The error for what is no object of the builder. */
export function notOf(builder: string): DeliveryError {
  return new DeliveryError("TX_UNKNOWN_HANDLE", `What was passed is no transaction of ${builder}.`);
}

/** The error for a database that delivery has no store for. */
export function unknownDialect(builder: string, found: unknown): DeliveryError {
  return new DeliveryError(
    "TX_WRONG_DIALECT",
    `This transaction of ${builder} is on ${String(found)}; delivery has stores for PostgreSQL, MariaDB, MySQL and SQLite.`,
  );
}
