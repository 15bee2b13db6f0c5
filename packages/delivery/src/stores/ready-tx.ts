import { DeliveryError } from "../errors.ts";
import type { Dialect, QueryResult, SqlValue, Tx } from "../tx.ts";

const assured = new WeakSet<object>();

/** Marks a `Tx` whose maker knows that its transaction is open: nobody has to ask the database. */
export function assuredTx<Made extends Tx>(tx: Made): Made {
  assured.add(tx);
  return tx;
}

/** A handle that is a `Tx` already, of a store or an adapter or the caller's own; null for any other. Throws TX_WRONG_DIALECT. */
export function readyTx(handle: unknown, dialect: Dialect): Tx | null {
  if (!isTx(handle)) return null;
  if (handle.dialect !== dialect)
    throw new DeliveryError(
      "TX_WRONG_DIALECT",
      `The transaction is one of ${handle.dialect}; the store is one of ${dialect}.`,
    );
  return assured.has(handle) || dialect !== "postgres" ? handle : askedFirst(handle);
}

function isTx(handle: unknown): handle is Tx {
  if (typeof handle !== "object" || handle === null) return false;
  const { dialect, query } = handle as Partial<Tx>;
  return (
    typeof query === "function" && (dialect === "postgres" || dialect === "mysql" || dialect === "sqlite")
  );
}

/**
 * A transaction of PostgreSQL that its driver knows nothing about: the database is asked before the first statement. Without parameters
 * the question goes by the simple protocol, where both times are the same outside of a transaction; by the extended one they never are, so
 * that no statement with parameters could ask for itself.
 */
export function askedFirst(tx: Tx): Tx {
  let asked: Promise<void> | null = null;
  const ask = async (): Promise<void> => {
    const { rows } = await tx.query("select transaction_timestamp() = statement_timestamp() as outside");
    if (rows[0]?.["outside"] !== true) return;
    throw new DeliveryError(
      "TX_NOT_A_TRANSACTION",
      "The connection that was passed is in no transaction; nothing was written.",
    );
  };
  return {
    dialect: tx.dialect,
    async query(sql: string, params?: readonly SqlValue[], name?: string): Promise<QueryResult> {
      asked ??= ask();
      await asked;
      return tx.query(sql, params, name);
    },
  };
}

/** The error for a statement in a transaction of the store's own that is over. */
const control =
  /^\s*(begin|start\s+transaction|commit|end|rollback(?!\s+(work\s+|transaction\s+)?to\b)|abort)\b/i;

/** Refuses the statements that begin and end transactions: whoever opened this one ends it. */
export function refuseControl(sql: string): void {
  if (control.test(sql))
    throw new DeliveryError(
      "TX_CONTROL_STATEMENT",
      `${sql.trim().slice(0, 40)} was sent through the tx of a transaction that is not yours to end.`,
    );
}

export function transactionEnded(): DeliveryError {
  return new DeliveryError("TX_NOT_A_TRANSACTION", "The transaction has ended; nothing was written.", {
    remedy: "Await what writes before the transaction's callback returns.",
  });
}
