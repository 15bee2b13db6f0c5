import { nowMs, numberOf } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Dialect, QueryResult, SqlValue, Tx } from "../tx.ts";
import { type SagaRow, type StepRow, sagaColumns, sagaRow, stepColumns, stepRow } from "./rows.ts";
import { isCalling, type SagaState } from "./saga-state.ts";

/** The longest lease, in milliseconds: any that ends much later than this is not to be believed. */
export const leaseMsMax = 600_000;

/** What runs one statement: a transaction, or a session. */
export type Runs = Pick<Tx, "dialect" | "query">;
type Tables = Store["tables"];

/** Runs a statement whose placeholders are all `?`, in the order of its values. */
export function run(on: Runs, sql: string, values: readonly SqlValue[] = []): Promise<QueryResult> {
  let at = 0;
  return on.query(on.dialect === "postgres" ? sql.replace(/\?/g, () => `$${++at}`) : sql, values);
}

/** `?, ?, ?` */
export function list(values: readonly unknown[]): string {
  return values.map(() => "?").join(", ");
}

/** What makes a row's reader wait for, and keep out, its other writers; SQLite has one writer at a time anyway. */
export const forUpdate: Readonly<Record<Dialect, string>> = {
  postgres: " for update",
  mysql: " for update",
  sqlite: "",
};

/** Takes up to `limit` sagas that are due and that nobody holds. */
export async function claimDue(
  tx: Tx,
  tables: Tables,
  {
    hashes,
    limit,
    leaseMs,
  }: { readonly hashes: readonly string[]; readonly limit: number; readonly leaseMs: number },
): Promise<readonly SagaRow[]> {
  // The time is read first and handed back as a value: PostgreSQL uses no index against a clock that moves.
  const now = numberOf((await tx.query(`select ${nowMs[tx.dialect]} as now_ms`)).rows[0] ?? {}, "now_ms");
  const skip = tx.dialect === "sqlite" ? "" : " for update skip locked";
  const { rows } = await run(
    tx,
    `select ${sagaColumns} from ${tables.of("saga")} where due_ms <= ? and (locked_until_ms <= ? or locked_until_ms > ?) and definition in (${list(hashes)}) order by due_ms limit ${limit}${skip}`,
    // A lease that ends later than any that could have been taken is left over from a clock that went back.
    [now, now, now + 2 * leaseMsMax, ...hashes],
  );
  if (rows.length === 0) return [];
  const claimed = rows.map(sagaRow);
  await run(
    tx,
    `update ${tables.of("saga")} set lease = lease + 1, locked_until_ms = ? where id in (${list(claimed)})`,
    [now + leaseMs, ...claimed.map(({ id }) => id)],
  );
  return claimed.map((row) => ({ ...row, lease: row.lease + 1 }));
}

/** The steps of sagas, by saga. */
export async function stepsOf(
  on: Runs,
  tables: Tables,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly StepRow[]>> {
  const { rows } = await run(
    on,
    `select ${stepColumns} from ${tables.of("saga_step")} where saga_id in (${list(ids)}) order by saga_id, place`,
    ids,
  );
  const found = new Map<string, StepRow[]>(ids.map((id) => [id, []]));
  for (const row of rows) found.get(String(row["saga_id"]))?.push(stepRow(row));
  return found;
}

/** A saga's row, which nobody else changes until the transaction ends; null where there is none. */
export async function lockSaga(tx: Tx, tables: Tables, id: string): Promise<SagaRow | null> {
  const { rows } = await run(
    tx,
    `select ${sagaColumns} from ${tables.of("saga")} where id = ?${forUpdate[tx.dialect]}`,
    [id],
  );
  const [row] = rows;
  return row === undefined ? null : sagaRow(row);
}

/** A change of a saga's row. */
export interface SagaChange {
  readonly state: SagaState;
  readonly error: string | null;
  /** When a worker has something to do with it, from now; null for never. */
  readonly dueInMs: number | null;
  /** For how long it stays with its worker; 0 gives it back. */
  readonly leaseMs: number;
}

/** Writes it if the row is still as its writer knows it; false when somebody else has taken it over. */
export async function changeSaga(
  tx: Tx,
  tables: Tables,
  { id, lease, version }: Pick<SagaRow, "id" | "lease" | "version">,
  { state, error, dueInMs, leaseMs }: SagaChange,
): Promise<boolean> {
  const now = nowMs[tx.dialect];
  const over = state.status === "completed" || state.status === "compensated";
  const { count } = await run(
    tx,
    `update ${tables.of("saga")} set status = ?, during = ?, place = ?, failures = ?, calling = ?, error = ?, due_ms = ${
      dueInMs === null ? "null" : `${now} + ${Math.ceil(dueInMs)}`
    }, locked_until_ms = ${leaseMs === 0 ? "0" : `${now} + ${Math.ceil(leaseMs)}`}, version = version + 1, changed_ms = ${now}, ended_ms = ${
      over ? now : "null"
    } where id = ? and lease = ? and version = ?`,
    [
      state.status,
      state.status === "stuck" ? state.during : null,
      "at" in state ? state.at : state.marks.length,
      isCalling(state) ? state.failures : 0,
      isCalling(state) && state.calling ? 1 : 0,
      error,
      id,
      lease,
      version,
    ],
  );
  return count === 1;
}

/** Writes what is known of a step. */
export async function writeStep(
  tx: Tx,
  tables: Tables,
  id: string,
  row: StepRow,
  { fresh }: { readonly fresh: boolean },
): Promise<void> {
  const now = nowMs[tx.dialect];
  const { place, name, ...known } = row;
  const values = [
    known.mark,
    known.calls,
    known.undoCalls,
    known.failures,
    known.undoFailures,
    known.result,
    known.error,
  ];
  const steps = tables.of("saga_step");
  await (fresh
    ? run(
        tx,
        `insert into ${steps} (mark, calls, undo_calls, failures, undo_failures, result, error, saga_id, place, name, started_ms, changed_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${now}, ${now})`,
        [...values, id, place, name],
      )
    : run(
        tx,
        `update ${steps} set mark = ?, calls = ?, undo_calls = ?, failures = ?, undo_failures = ?, result = ?, error = ?, changed_ms = ${now} where saga_id = ? and place = ?`,
        [...values, id, place],
      ));
}

/** Keeps a saga with its worker for longer; false when it is lost, or was given back: that one is not taken again. */
export async function extendLease(
  on: Runs,
  tables: Tables,
  { id, lease }: Pick<SagaRow, "id" | "lease">,
  leaseMs: number,
): Promise<boolean> {
  const { count } = await run(
    on,
    `update ${tables.of("saga")} set locked_until_ms = ${nowMs[on.dialect]} + ${Math.ceil(leaseMs)} where id = ? and lease = ? and locked_until_ms > 0`,
    [id, lease],
  );
  return count === 1;
}
