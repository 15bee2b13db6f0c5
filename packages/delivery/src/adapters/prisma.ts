import type { Dialect, Row, Tx } from "../tx.ts";
import { adapterTx, notInTransaction, notOf, unknownDialect } from "./adapter-tx.ts";
import { answersWithRows } from "./statement.ts";

/** The part of the `tx` of Prisma that is used, as `prisma.$transaction(async (tx) => …)` gives it. */
export interface PrismaTransaction {
  $queryRawUnsafe<Result = unknown>(sql: string, ...values: never[]): PromiseLike<Result>;
  $executeRawUnsafe(sql: string, ...values: never[]): PromiseLike<number>;
}

/** An interactive transaction of Prisma as delivery's: `d.publish(prisma(tx), OrderPlaced(order))`. Throws TX_NOT_A_TRANSACTION for the client itself. */
export function prisma(tx: PrismaTransaction): Tx {
  if (typeof tx?.$queryRawUnsafe !== "function" || typeof tx.$executeRawUnsafe !== "function")
    throw notOf("Prisma");
  // Since 7.10 a transaction has `$transaction` too, for savepoints; none of them ever had `$connect`.
  if (typeof (tx as { readonly $connect?: unknown }).$connect === "function")
    throw notInTransaction("This client of Prisma is in no transaction");
  return adapterTx(dialectOf(tx), async (sql, params) => {
    const values = params as never[];
    try {
      if (!answersWithRows(sql)) return { rows: [], count: await tx.$executeRawUnsafe(sql, ...values) };
      const rows = await tx.$queryRawUnsafe<readonly Row[]>(sql, ...values);
      return { rows, count: rows.length };
    } catch (failure) {
      throw withDatabaseError(failure);
    }
  });
}

const dialects: Readonly<Record<string, Dialect>> = {
  cockroachdb: "postgres",
  mysql: "mysql",
  postgresql: "postgres",
  postgres: "postgres",
  sqlite: "sqlite",
};

function dialectOf(tx: PrismaTransaction): Dialect {
  const { _activeProvider: provider } = tx as { readonly _activeProvider?: unknown };
  const dialect = dialects[String(provider)];
  if (dialect === undefined) throw unknownDialect("Prisma", provider);
  return dialect;
}

/** The database's own code, which Prisma keeps beside a code of its own: `P2010` says only that a raw query has failed. */
function withDatabaseError(failure: unknown): unknown {
  const { meta } = failure as { readonly meta?: Meta };
  const { originalCode, originalMessage } = meta?.driverAdapterError?.cause ?? {};
  const code = originalCode ?? meta?.code;
  if (code === undefined) return failure;
  const said = originalMessage ?? meta?.message ?? String(failure);
  return Object.assign(new Error(said, { cause: failure }), { code, errno: Number(code) });
}

interface Meta {
  readonly driverAdapterError?: {
    readonly cause?: { readonly originalCode?: string; readonly originalMessage?: string };
  };
  /** Where Prisma's own engine runs the queries, before version 7. */
  readonly code?: string;
  readonly message?: string;
}
