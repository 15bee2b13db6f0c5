import type { Dialect, Row, Tx } from "../tx.ts";
import { adapterTx, notInTransaction, notOf, resultOf, unknownDialect } from "./adapter-tx.ts";

/** A `Transaction` of Kysely, as `db.transaction().execute(async (trx) => …)` gives it, or a controlled one. */
export interface KyselyTransaction {
  readonly isTransaction: boolean;
  withoutPlugins(): object;
  getExecutor(): object;
}

interface Plain {
  executeQuery(query: object): Promise<{ readonly rows: readonly Row[]; readonly numAffectedRows?: bigint }>;
}

interface Executor {
  readonly adapter: {
    readonly supportsTransactionalDdl: boolean;
    readonly supportsReturning: boolean;
    readonly supportsOutput?: boolean;
  };
}

/** A transaction of Kysely as delivery's: `d.publish(kysely(trx), OrderPlaced(order))`. Throws TX_NOT_A_TRANSACTION for the `Kysely` itself. */
export function kysely(trx: KyselyTransaction): Tx {
  if (typeof trx?.getExecutor !== "function" || typeof trx.withoutPlugins !== "function")
    throw notOf("Kysely");
  if (trx.isTransaction !== true) throw notInTransaction("This Kysely is in no transaction");
  // A plugin such as CamelCasePlugin would give the columns other names.
  const plain = trx.withoutPlugins() as Plain;
  return adapterTx(dialectOf(trx), async (sql, params) => {
    const query = {
      sql,
      parameters: params,
      query: { kind: "RawNode", sqlFragments: [sql], parameters: [] },
      queryId: { queryId: "holdfast" },
    };
    return resultOf(await plain.executeQuery(query));
  });
}

/** By what the dialects can do: their classes' names do not survive a minifier. */
function dialectOf(trx: KyselyTransaction): Dialect {
  const { supportsTransactionalDdl, supportsReturning, supportsOutput } = (trx.getExecutor() as Executor)
    .adapter;
  if (supportsOutput === true) throw unknownDialect("Kysely", "Microsoft SQL Server");
  if (supportsTransactionalDdl) return "postgres";
  return supportsReturning ? "sqlite" : "mysql";
}
