import { DeliveryError } from "../../errors.ts";
import { storeError } from "../../sql-failure.ts";
import type { SqlValue, Tx } from "../../tx.ts";
import type { Connection } from "../connection.ts";
import { askedFirst } from "../ready-tx.ts";

/** The part of a `Pool` of `pg` that is used. */
export interface NodePostgresPool {
  connect(): Promise<{ release(destroy?: boolean): void }>;
  readonly totalCount: number;
}

/** The part of a client of `pg` that is used. */
export interface NodePostgresClient {
  query(config: { readonly text: string; readonly values: unknown[]; readonly name?: string }): Promise<{
    readonly rows: Record<string, unknown>[];
    readonly rowCount: number | null;
    readonly command: string;
  }>;
  release?(destroy?: boolean): void;
  on(event: "error" | "notification", listener: (value: never) => void): unknown;
  removeListener(event: "error" | "notification", listener: (value: never) => void): unknown;
  /** From 8.23: the status that the server sends with ReadyForQuery. */
  getTransactionStatus?(): string | null;
}

/** Whether a value is a pool of `pg`. */
export function isNodePostgres(value: unknown): value is NodePostgresPool {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<NodePostgresPool>).connect === "function" &&
    typeof (value as Partial<NodePostgresPool>).totalCount === "number"
  );
}

/** A connection out of a pool of `pg`. */
export async function nodePostgresConnection(
  pool: NodePostgresPool,
): Promise<Connection & { readonly client: NodePostgresClient }> {
  const client = (await pool.connect()) as NodePostgresClient;
  let over = false;
  let lastWords: unknown = null;
  // A client that is out of its pool brings the process down when its connection breaks and nobody listens.
  const listen = (error: unknown): void => {
    lastWords ??= error;
  };
  client.on("error", listen);
  const end = (destroy: boolean): void => {
    if (over) return;
    over = true;
    if (!destroy) client.removeListener("error", listen);
    client.release?.(destroy);
  };
  return {
    client,
    async query(sql, params, name) {
      try {
        return await query(client, sql, params, name);
      } catch (error) {
        // Why the server ended the connection while nothing was asked of it; the driver says of the next statement only that it is gone.
        throw lastWords ?? error;
      }
    },
    release: () => end(false),
    destroy: () => end(true),
  };
}

async function query(client: NodePostgresClient, text: string, params: readonly SqlValue[], name?: string) {
  const values = [...params];
  const { rows, rowCount, command } = await client.query(
    name === undefined ? { text, values } : { text, values, name },
  );
  return { rows, count: rowCount ?? rows.length, command };
}

/** A client of `pg` in a transaction as a `Tx`; null for what is none of its objects. */
export function nodePostgresTx(handle: unknown): Tx | null {
  if (isNodePostgres(handle))
    throw new DeliveryError(
      "TX_NOT_A_TRANSACTION",
      "A pool was passed as the transaction: its statements run on any connection.",
    );
  if (!isClient(handle)) return null;
  const status = handle.getTransactionStatus?.();
  if (status === "I")
    throw new DeliveryError("TX_NOT_A_TRANSACTION", "The connection that was passed is in no transaction.");
  if (status === "E")
    throw new DeliveryError(
      "TX_ROLLED_BACK",
      "A statement of this transaction has failed: it can only be rolled back.",
    );
  const tx: Tx = {
    dialect: "postgres",
    async query(sql, params = [], name) {
      try {
        return await query(handle, sql, params, name);
      } catch (error) {
        throw storeError("postgres", error, "The database refused a statement");
      }
    },
  };
  return handle.getTransactionStatus === undefined ? askedFirst(tx) : tx;
}

function isClient(value: unknown): value is NodePostgresClient {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<NodePostgresClient>).query === "function" &&
    typeof (value as { escapeLiteral?: unknown }).escapeLiteral === "function"
  );
}
