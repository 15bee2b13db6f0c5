import { DeliveryError } from "../../errors.ts";
import { storeCodeOf, storeError } from "../../sql-failure.ts";
import type { SqlValue, Tx } from "../../tx.ts";
import type { Connection } from "../connection.ts";

/** A statement's options; the driver calls `onexecute` with the connection on which it goes out. */
interface StatementOptions {
  readonly prepare?: boolean;
  readonly onexecute?: (connection: PhysicalConnection) => boolean;
}

/** The driver's own connection, of which it says here that it has closed. */
interface PhysicalConnection {
  onclose?: ((error: unknown) => void) | null;
}

interface RunsStatements {
  unsafe(sql: string, params?: never[], options?: StatementOptions): PromiseLike<PostgresJsResult>;
}

/** The part of postgres.js' `sql` that is used. */
export interface PostgresJs extends RunsStatements {
  reserve(): Promise<PostgresJsReserved>;
  readonly options?: { readonly fetch_types?: boolean };
}

interface PostgresJsReserved extends RunsStatements {
  release(): void;
}

type PostgresJsResult = readonly Record<string, unknown>[] & {
  readonly count: number | null;
  readonly command: string;
};

/** Whether a value is the `sql` of postgres.js. */
export function isPostgresJs(value: unknown): value is PostgresJs {
  return typeof value === "function" && "unsafe" in value && "reserve" in value && "end" in value;
}

/**
 * A connection reserved from postgres.js. The driver takes one that broke back by itself and may have given it to another caller; a
 * statement sent on it then would be one of that caller's transaction, or bring the process down from within a timer (3.4.9).
 */
export async function postgresJsConnection(sql: PostgresJs): Promise<Connection> {
  // Without the types its first statement asks for, 3.4.9 never hands out a connection that it has opened for `reserve`.
  if (sql.options?.fetch_types === false)
    throw new DeliveryError(
      "CONFIGURATION",
      "postgres.js cannot reserve connections with fetch_types: false.",
    );
  const reserved = await sql.reserve();
  const watch = watchClosing();
  let over = false;
  // Begun, and not known to have ended.
  let open = false;
  const run = async (text: string, params: readonly SqlValue[], name?: string) => {
    if (watch.lost() !== null) throw watch.lost();
    if (beginning.test(text)) open = true;
    try {
      const result = await query(reserved, text, params, { name, onexecute: watch.onexecute });
      if (ending.test(text)) open = false;
      return result;
    } catch (error) {
      if (storeCodeOf("postgres", error) === "STORE_UNREACHABLE") watch.lose(error);
      throw error;
    }
  };
  const release = (): void => {
    if (watch.lost() === null) reserved.release();
    watch.end();
  };
  return {
    query: async (text, params, name) => {
      // By now the connection may be another caller's.
      if (over) throw new DeliveryError("STORE_UNREACHABLE", "The connection was given back.");
      return run(text, params, name);
    },
    release: () => {
      if (!over) release();
      over = true;
    },
    // postgres.js has no way to end one reserved connection: what was done on it is taken back instead.
    async destroy() {
      if (over) return;
      over = true;
      try {
        await restore(run, () => open);
        release();
      } catch {
        // In what state it is nobody knows: its server process ends it, and the driver takes it back.
        await run(terminate, []).catch(() => {});
      }
    },
  };
}

const beginning = /^\s*begin\b/i;
const ending = /^\s*(commit|rollback)\s*$/i;
const terminate = "select pg_terminate_backend(pg_backend_pid())";
/** What DISCARD ALL does, but for prepared statements: the driver goes on to believe in those. */
const restoring =
  "close all; reset session authorization; reset all; unlisten *; select pg_advisory_unlock_all()";

async function restore(
  run: (text: string, params: readonly SqlValue[]) => Promise<unknown>,
  open: () => boolean,
) {
  if (open()) await run("ROLLBACK", []);
  await run(restoring, []);
}

/** Notices that the driver's connection has closed, as `sql.begin` does. */
function watchClosing() {
  let physical: PhysicalConnection | null = null;
  let lost: unknown = null;
  const onclose = (error: unknown): void => {
    lost ??= error;
  };
  return {
    lost: () => lost,
    lose: onclose,
    onexecute: (connection: PhysicalConnection): boolean => {
      physical = connection;
      physical.onclose = onclose;
      return true;
    },
    end: () => {
      if (physical?.onclose === onclose) physical.onclose = null;
    },
  };
}

async function query(
  sql: RunsStatements,
  text: string,
  params: readonly SqlValue[],
  {
    name,
    onexecute,
  }: { readonly name?: string | undefined; readonly onexecute?: (connection: PhysicalConnection) => boolean },
) {
  const options = { prepare: name !== undefined, ...(onexecute === undefined ? {} : { onexecute }) };
  const rows = await sql.unsafe(text, [...params] as never[], options);
  return { rows, count: rows.count ?? rows.length, command: rows.command };
}

/** The `sql` inside of `sql.begin(...)` as a `Tx`; null for what is none of postgres.js' objects. */
export function postgresJsTx(handle: unknown): Tx | null {
  if (typeof handle !== "function" || !("unsafe" in handle)) return null;
  if (!("savepoint" in handle))
    throw new DeliveryError(
      "TX_NOT_A_TRANSACTION",
      "The sql of a pool was passed as the transaction; pass the one that sql.begin gives.",
    );
  const sql = handle as unknown as RunsStatements;
  return {
    dialect: "postgres",
    async query(text, params = [], name) {
      try {
        return await query(sql, text, params, { name });
      } catch (error) {
        throw storeError("postgres", error, "The database refused a statement");
      }
    },
  };
}
