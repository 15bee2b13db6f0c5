import { createHash } from "node:crypto";
import { invariant } from "@holdfast/core";
import { DeliveryError } from "../errors.ts";
import { goesByLog, logStatement } from "../log/append-statement.ts";
import { storeError } from "../sql-failure.ts";
import type { Store } from "../store.ts";
import type { Dialect, QueryResult, SyncTx, Tx } from "../tx.ts";
import { appendStatements, type Statement } from "./append-statements.ts";
import type { OutboxRow } from "./row.ts";
import { placed } from "./sequence.ts";

/** How rows are written. */
export interface AppendOptions {
  /** Whether PostgreSQL keeps the statement for one row prepared on the connection. Default: false. */
  readonly prepared?: boolean;
  /** Whether what may go by PostgreSQL's log does. Default: false. */
  readonly log?: boolean;
}

/** By its text: one connection may serve several stores. */
function nameOf(sql: string): string {
  return `holdfast ${createHash("sha256").update(sql).digest("base64url").slice(0, 22)}`;
}

/**
 * Writes rows into the outbox, in the caller's transaction. One statement however many rows there are: PostgreSQL always; SQLite,
 * MariaDB and MySQL need a second one to give ordered rows their numbers. More than a statement may hold goes in several, and so do
 * messages for the log together with some for the queue.
 */
export async function appendRows(
  tx: Tx,
  tables: Store["tables"],
  rows: readonly OutboxRow[],
  { prepared = false, log = false }: AppendOptions = {},
): Promise<void> {
  const steps = append(tx.dialect, tables, rows, log);
  for (let step = steps.next(); !step.done; ) {
    let result: QueryResult;
    try {
      const { sql, params, steady = false } = step.value;
      result = await tx.query(sql, params, prepared && steady ? nameOf(sql) : undefined);
    } catch (failure) {
      throw appendFailure(tx.dialect, failure);
    }
    step = steps.next(result);
  }
}

/** The same without a promise, for SQLite. */
export function appendRowsSync(tx: SyncTx, tables: Store["tables"], rows: readonly OutboxRow[]): void {
  const steps = append(tx.dialect, tables, rows);
  for (let step = steps.next(); !step.done; ) {
    let result: QueryResult;
    try {
      result = tx.querySync(step.value.sql, step.value.params);
    } catch (failure) {
      throw appendFailure(tx.dialect, failure);
    }
    step = steps.next(result);
  }
}

type Steps = Generator<Statement, void, QueryResult>;

/** What one statement may hold: below the drivers' 65,535 and 32,766 parameters, and below MySQL's default packet. */
const limits: Readonly<Record<Dialect, { readonly rows: number; readonly bytes: number }>> = {
  postgres: { rows: 1_000, bytes: 16 * 1024 * 1024 },
  mysql: { rows: 500, bytes: 4 * 1024 * 1024 },
  sqlite: { rows: 500, bytes: 16 * 1024 * 1024 },
};

function* append(dialect: Dialect, tables: Store["tables"], rows: readonly OutboxRow[], log = false): Steps {
  const logged = log ? rows.filter(goesByLog) : [];
  for (const chunk of chunksOf(logged, limits[dialect])) yield* appendToLog(tables, chunk);
  const queued = log ? rows.filter((row) => !goesByLog(row)) : rows;
  for (const chunk of chunksOf(inLockOrder(withoutTwins(queued)), limits[dialect]))
    yield* appendChunk(dialect, tables, chunk);
}

function* appendToLog(tables: Store["tables"], chunk: readonly OutboxRow[]): Steps {
  const { count } = yield logStatement(tables, chunk);
  if (count !== chunk.length) throw notWritten(count, chunk.length);
}

function* appendChunk(dialect: Dialect, tables: Store["tables"], chunk: readonly OutboxRow[]): Steps {
  const statements = appendStatements(dialect, tables);
  const numbered = chunk.some(takesNumber);
  // A row that is there already must not take a number that it then does not use.
  const fresh = numbered ? yield* withoutPresent(chunk, statements.present) : chunk;
  if (fresh.length === 0) return;
  const { rows, keys } = placed(fresh, takesNumber);
  if (statements.numbers !== null && keys.length > 0) yield statements.numbers(keys);
  const mayBeThere = !numbered && rows.some(({ row }) => row.given === true);
  const { count } = yield statements.insert({ rows, keys, mayBeThere });
  if (!mayBeThere && count !== rows.length) throw notWritten(count, rows.length);
}

function notWritten(count: number, wanted: number): DeliveryError {
  return new DeliveryError("STORE_FAILED", `The database wrote ${count} of ${wanted} rows.`, {
    remedy: "Look for a trigger, a rule or a policy on the outbox; roll the transaction back.",
  });
}

function* withoutPresent(
  chunk: readonly OutboxRow[],
  present: (ids: readonly string[]) => Statement,
): Generator<Statement, readonly OutboxRow[], QueryResult> {
  const given = chunk.filter((row) => row.given === true);
  if (given.length === 0) return chunk;
  const { rows } = yield present(given.map(({ id }) => id));
  const ids = new Set(rows.map((row) => String(row["id"])));
  return chunk.filter(({ id }) => !ids.has(id));
}

function takesNumber(row: OutboxRow): boolean {
  return row.ordered && row.seq === undefined;
}

/** The same id twice in one call is one message. */
function withoutTwins(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  if (rows.length < 2) return rows;
  const seen = new Set<string>();
  return rows.filter(({ id }) => seen.size < seen.add(id).size);
}

/**
 * Two transactions that number the same keys lock them in the same order, whatever order they publish in: otherwise each could wait
 * for the other. Rows of one key stay in the order of the call.
 */
function inLockOrder(rows: readonly OutboxRow[]): readonly OutboxRow[] {
  if (rows.length < 2 || !rows.some(takesNumber)) return rows;
  return rows.toSorted((a, b) => compare(lockOf(a), lockOf(b)));
}

function lockOf(row: OutboxRow): string {
  return takesNumber(row) ? `${row.type}\n${row.key}` : "";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function* chunksOf(
  rows: readonly OutboxRow[],
  most: { readonly rows: number; readonly bytes: number },
): Generator<readonly OutboxRow[]> {
  let chunk: OutboxRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (chunk.length > 0 && (chunk.length >= most.rows || bytes + row.body.length > most.bytes)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    invariant(!row.ordered || row.key !== null, "an ordered row has a key");
    chunk.push(row);
    bytes += row.body.length;
  }
  if (chunk.length > 0) yield chunk;
}

/** MariaDB's "Subquery returns more than 1 row": what our statements are made to say where no transaction is open. */
const notOpen = 1242;
const uniqueViolations: ReadonlySet<unknown> = new Set(["23505", 1062, 1555, 2067]);

/** What a statement of the outbox's own met, where the store's codes do not say it. */
function appendFailure(dialect: Dialect, failure: unknown): DeliveryError {
  const coded = storeError(dialect, failure, "The outbox could not be written");
  if (coded.code !== "STORE_FAILED") return coded;
  const codes = causesOf(coded).flatMap(codesOf);
  // The same id at the same time is no fault: run again, this transaction finds the row.
  if (codes.some((code) => uniqueViolations.has(code)))
    return new DeliveryError("STORE_CONFLICT", "Another transaction has just written the same message id.", {
      cause: failure,
    });
  if (codes.includes("25P02"))
    return new DeliveryError("TX_ROLLED_BACK", "A statement of this transaction had failed before.", {
      cause: failure,
    });
  if (codes.includes(notOpen))
    return new DeliveryError(
      "TX_NOT_A_TRANSACTION",
      "The connection that was passed is in no transaction; nothing was written.",
      { cause: failure },
    );
  return coded;
}

function codesOf(cause: unknown): readonly unknown[] {
  const { code, errno, errcode } = cause as Readonly<Record<string, unknown>>;
  return [code, errno, errcode];
}

function causesOf(error: Error): readonly unknown[] {
  const causes: unknown[] = [];
  for (let at = error.cause; at instanceof Error && causes.length < 5; at = at.cause) causes.push(at);
  return causes;
}
