import type { Dialect, SqlValue, Tx } from "../tx.ts";
import { adapterTx, notInTransaction, notOf, resultOf, unknownDialect } from "./adapter-tx.ts";
import { type TakenApart, takeApart } from "./statement.ts";

/** The part of a `Transaction` of Knex that is used. */
export interface KnexTransaction {
  readonly isTransaction?: boolean;
  isCompleted?(): boolean;
  readonly client: unknown;
  raw(sql: string, bindings: never): PromiseLike<unknown>;
}

/** A transaction of Knex as delivery's: `d.publish(knex(trx), OrderPlaced(order))`. Throws TX_NOT_A_TRANSACTION for the `knex` itself. */
export function knex(trx: KnexTransaction): Tx {
  if (typeof trx?.raw !== "function" || trx.client === undefined) throw notOf("Knex");
  if (trx.isTransaction !== true) throw notInTransaction("This Knex is in no transaction");
  if (trx.isCompleted?.() === true) throw notInTransaction("This transaction of Knex has ended");
  const dialect = dialectOf(trx.client);
  return adapterTx(dialect, async (sql, params) => {
    const { text, bindings } = rawOf(takeApart(sql, dialect), dialect, params);
    const result = await trx.raw(text, bindings as never);
    // mysql2 gives the rows, or what was done, and the fields.
    return resultOf(dialect === "mysql" && Array.isArray(result) ? result[0] : result);
  });
}

/**
 * Knex writes `?` for every dialect, and takes a question mark within a text for one. Escaped, it comes out right in PostgreSQL alone; elsewhere
 * the whole text goes as a parameter.
 */
function rawOf(
  { texts, order }: TakenApart,
  dialect: Dialect,
  params: readonly SqlValue[],
): { readonly text: string; readonly bindings: readonly SqlValue[] } {
  const bindings: SqlValue[] = [];
  const parts = texts.map((part, at) => {
    const text =
      dialect === "postgres"
        ? part.replaceAll("?", "\\?")
        : part.replaceAll(/'((?:[^']|'')*)'/g, (quoted, inner: string) => {
            if (!inner.includes("?")) return quoted;
            bindings.push(inner.replaceAll("''", "'"));
            return "?";
          });
    const index = order[at];
    if (index !== undefined) bindings.push(params[index] ?? null);
    return text;
  });
  return { text: parts.join("?"), bindings };
}

function dialectOf(client: unknown): Dialect {
  const { dialect } = client as { readonly dialect?: unknown };
  if (dialect === "postgresql") return "postgres";
  if (dialect === "mysql") return "mysql";
  if (dialect === "sqlite3") return "sqlite";
  throw unknownDialect("Knex", dialect);
}
