import type { Dialect, SqlValue, Tx } from "../tx.ts";
import { adapterSyncTx, adapterTx, notInTransaction, notOf, resultOf, unknownDialect } from "./adapter-tx.ts";
import { answersWithRows, takeApart } from "./statement.ts";

/** The part of the `sql` of drizzle-orm that is used. */
export interface DrizzleSql {
  raw(text: string): unknown;
  param(value: unknown): unknown;
  join(chunks: never[]): unknown;
}

/** A `tx` of drizzle-orm, as `db.transaction` gives it. */
export interface DrizzleTransaction {
  rollback(): never;
}

/** The part of it that is used. PostgreSQL and MySQL have `execute`; SQLite has `all` and `run`, some of whose drivers are synchronous. */
interface Inside {
  readonly dialect: { readonly constructor: object };
  execute?(query: unknown): Promise<unknown>;
  all?(query: unknown): unknown;
  run?(query: unknown): unknown;
  /** Of SQLite: whether its driver answers at once. */
  readonly resultKind?: "sync" | "async";
}

const entityKind = Symbol.for("drizzle:entityKind");

/**
 * A transaction of Drizzle as delivery's: `d.publish(drizzle(tx, sql), OrderPlaced(order))`, with Drizzle's own `sql`. Throws
 * TX_NOT_A_TRANSACTION for the `db` itself. Where Drizzle is synchronous, over better-sqlite3, so is `d.publishSync`.
 */
export function drizzle(tx: DrizzleTransaction, sql: DrizzleSql): Tx {
  const inside = insideOf(tx);
  const dialect = dialectOf(inside);
  const queryOf = (text: string, params: readonly SqlValue[]): unknown => {
    const { texts, order } = takeApart(text, dialect);
    const chunks = texts.flatMap((part, at) => {
      const index = order[at];
      return index === undefined ? [sql.raw(part)] : [sql.raw(part), sql.param(params[index])];
    });
    return sql.join(chunks as never[]);
  };
  const ask = (text: string, params: readonly SqlValue[]): unknown =>
    call(inside, dialect, text, queryOf(text, params));
  if (inside.resultKind === "sync") return adapterSyncTx((text, params) => resultOf(ask(text, params)));
  return adapterTx(dialect, async (text, params) => {
    const answer = await ask(text, params);
    // mysql2 gives the rows, or what was done, and the fields.
    return resultOf(dialect === "mysql" && Array.isArray(answer) ? answer[0] : answer);
  });
}

function call(inside: Inside, dialect: Dialect, text: string, query: unknown): unknown {
  if (dialect !== "sqlite") return inside.execute?.(query);
  return answersWithRows(text) ? inside.all?.(query) : inside.run?.(query);
}

function insideOf(tx: unknown): Inside {
  const inside = tx as Partial<Inside & DrizzleTransaction> | null | undefined;
  if (typeof inside?.dialect !== "object" || (inside.execute ?? inside.run) === undefined)
    throw notOf("Drizzle");
  if (typeof inside.rollback !== "function")
    throw notInTransaction("This db of Drizzle is in no transaction");
  return inside as Inside;
}

function dialectOf({ dialect }: Inside): Dialect {
  const kind = String((dialect.constructor as Readonly<Record<symbol, unknown>>)[entityKind]);
  if (kind.startsWith("Pg")) return "postgres";
  if (kind.startsWith("MySql")) return "mysql";
  if (kind.startsWith("SQLite")) return "sqlite";
  throw unknownDialect("Drizzle", kind);
}
