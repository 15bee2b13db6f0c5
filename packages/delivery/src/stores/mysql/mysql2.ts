import { DeliveryError } from "../../errors.ts";
import { storeError } from "../../sql-failure.ts";
import type { QueryResult, SqlValue, Tx } from "../../tx.ts";
import type { Connection } from "../connection.ts";

/** The part of a pool of `mysql2/promise` that is used; one of `mysql2` itself is asked for its `promise()`. */
export type Mysql2Pool = Mysql2PromisePool | { promise(): Mysql2PromisePool };

interface Mysql2PromisePool {
  getConnection(): Promise<Mysql2Connection>;
}

/** The part of a connection of `mysql2/promise` that is used. */
export interface Mysql2Connection {
  query(sql: string, values?: unknown): Promise<[unknown, unknown]>;
  execute(sql: string, values?: unknown): Promise<[unknown, unknown]>;
  release?(): void;
  destroy(): void;
}

/** The server's flag for an open transaction, in every OK packet. */
const inTransactionFlag = 1;

/** The pool with promises; throws CONFIGURATION for what is none. */
export function promisePoolOf(pool: unknown): Mysql2PromisePool {
  if (typeof pool === "object" && pool !== null) {
    if ("promise" in pool && typeof pool.promise === "function") return pool.promise() as Mysql2PromisePool;
    if ("getConnection" in pool) return pool as Mysql2PromisePool;
  }
  throw new DeliveryError("CONFIGURATION", "mysql() takes a pool of mysql2 or mysql2/promise.");
}

/** A connection out of a pool of mysql2. */
export async function mysql2Connection(pool: Mysql2PromisePool): Promise<Connection> {
  const connection = await pool.getConnection();
  let over = false;
  const once = (end: () => void): void => {
    if (over) return;
    over = true;
    end();
  };
  return {
    query: (sql, params, name) => query(connection, sql, params, name),
    release: () => once(() => connection.release?.()),
    destroy: () => once(() => connection.destroy()),
  };
}

async function query(
  connection: Mysql2Connection,
  sql: string,
  params: readonly SqlValue[],
  name?: string,
): Promise<QueryResult & { readonly command: string; readonly open: boolean | null }> {
  const values = params.map((value) =>
    value instanceof Uint8Array && !Buffer.isBuffer(value) ? Buffer.from(value) : value,
  );
  // A statement with a name is worth preparing; the others are written into the text by the driver, in one round trip.
  const [result] =
    name === undefined ? await connection.query(sql, values) : await connection.execute(sql, values);
  if (Array.isArray(result)) return { rows: result, count: result.length, command: "", open: null };
  const { affectedRows = 0, serverStatus } = result as { affectedRows?: number; serverStatus?: number };
  const open = serverStatus === undefined ? null : (serverStatus & inTransactionFlag) !== 0;
  return { rows: [], count: affectedRows, command: "", open };
}

/** A connection of mysql2 as a `Tx`; null for what is none of its objects. */
export function mysql2Tx(handle: unknown): Tx | null {
  if (typeof handle !== "object" || handle === null) return null;
  if ("getConnection" in handle)
    throw new DeliveryError(
      "TX_NOT_A_TRANSACTION",
      "A pool was passed as the transaction: its statements run on any connection.",
    );
  if (!("execute" in handle) || !("query" in handle)) return null;
  const connection = promiseConnectionOf(
    handle as unknown as Mysql2Connection & { promise?: () => Mysql2Connection },
  );
  let known = isMariadb(connection);
  return {
    dialect: "mysql",
    async query(sql, params = [], name) {
      try {
        if (!known) await checkOpen(connection);
        known = true;
        return await query(connection, sql, params, name);
      } catch (error) {
        throw storeError("mysql", error, "The database refused a statement");
      }
    },
  };
}

/** MariaDB can be asked within a statement of ours whether a transaction is open; MySQL tells it with its answer to one before. */
function isMariadb(connection: Mysql2Connection): boolean {
  const inner = (connection as { readonly connection?: unknown }).connection ?? connection;
  const { _handshakePacket: greeting } = inner as {
    readonly _handshakePacket?: { readonly serverVersion?: string } | null;
  };
  return /mariadb/i.test(greeting?.serverVersion ?? "");
}

async function checkOpen(connection: Mysql2Connection): Promise<void> {
  const { open } = await query(connection, "do 0", []);
  if (open === false)
    throw new DeliveryError(
      "TX_NOT_A_TRANSACTION",
      "The connection that was passed is in no transaction; nothing was written.",
    );
}

function promiseConnectionOf(
  handle: Mysql2Connection & { promise?: () => Mysql2Connection },
): Mysql2Connection {
  return typeof handle.promise === "function" ? handle.promise() : handle;
}
