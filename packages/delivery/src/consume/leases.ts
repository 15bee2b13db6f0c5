import type { FailedAttempt } from "../dead-letters/dead-letter.ts";
import { nowMs } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Dialect, SqlValue, Tx } from "../tx.ts";
import { forUpdate, keyColumn, marker } from "./dialect.ts";
import { type Parked, parkedOf, parkedStates } from "./parked.ts";

/** Which parked rows to claim. */
export interface Claim {
  readonly consumer: string;
  readonly limit: number;
  readonly leaseMs: number;
  /** `suspect`: begun at least twice more often than reported back: a message that may bring its process down, to be tried alone. */
  readonly kind: "ordinary" | "suspect";
}

/** A lease that ends later than this was written by a clock that has since been set back: anybody may take it. */
const leaseMostMs = 3_600_000;

/** What can be claimed now: due, and under no lease. `mark` is the consumer's placeholder. */
function claimable(dialect: Dialect, mark: string, kind: Claim["kind"]): string {
  const now = nowMs[dialect];
  return `consumer = ${mark} and due_ms <= ${now} and (locked_until_ms <= ${now} or locked_until_ms > ${now} + ${leaseMostMs}) and started ${kind === "suspect" ? ">" : "<="} failed + 1`;
}

/** Claims parked messages that are due: raises the lease, which is the fencing token, and counts the attempt as begun. */
export async function claimParked(tx: Tx, tables: Store["tables"], claim: Claim): Promise<readonly Parked[]> {
  const ids = await claimableIds(tx, tables, claim);
  if (ids.length === 0) return [];
  const mark = marker(tx.dialect);
  const own = `consumer = ${mark()} and message_id in (${ids.map(mark).join(", ")})`;
  const params = [claim.consumer, ...ids];
  const now = nowMs[tx.dialect];
  const set = `update ${tables.of("parked")} set lease = lease + 1, started = started + 1, locked_until_ms = ${now} + ${Math.round(claim.leaseMs)} where ${own}`;
  const columns = `message_id, type, source, ${keyColumn(tx.dialect)}, seq, content_type, headers, body, message_ms, state, parked_ms, lease, started, failed, history, redrives, ${now} as now_ms`;
  if (tx.dialect !== "mysql")
    return (await tx.query(`${set} returning ${columns}`, params)).rows.map(parkedOf);
  await tx.query(set, params);
  const { rows } = await tx.query(`select ${columns} from ${tables.of("parked")} where ${own}`, params);
  return rows.map(parkedOf);
}

/** The ids, held for this transaction; what another worker is just claiming is skipped. */
async function claimableIds(tx: Tx, tables: Store["tables"], claim: Claim): Promise<readonly string[]> {
  const skip = tx.dialect === "sqlite" ? "" : `${forUpdate(tx.dialect)} skip locked`;
  const where = claimable(tx.dialect, marker(tx.dialect)(), claim.kind);
  const { rows } = await tx.query(
    `select message_id from ${tables.of("parked")} where ${where} order by due_ms limit ${claim.limit}${skip}`,
    [claim.consumer],
  );
  return rows.map((row) => String(row["message_id"]));
}

/** Whether a suspect could be claimed. */
export async function hasSuspect(tx: Tx, tables: Store["tables"], consumer: string): Promise<boolean> {
  const where = claimable(tx.dialect, marker(tx.dialect)(), "suspect");
  const { rows } = await tx.query(`select 1 as one from ${tables.of("parked")} where ${where} limit 1`, [
    consumer,
  ]);
  return rows.length > 0;
}

/** One parked message and the lease under which it is held. */
export interface Held {
  readonly consumer: string;
  readonly id: string;
  readonly lease: number;
}

/** Runs a statement on the row of a lease; resolves to false where the lease is somebody else's by now. */
async function onLease(
  tx: Tx,
  { consumer, id, lease }: Held,
  statement: (mark: () => string, where: (mark: () => string) => string) => string,
  params: readonly SqlValue[] = [],
): Promise<boolean> {
  const where = (mark: () => string): string =>
    `consumer = ${mark()} and message_id = ${mark()} and lease = ${mark()}`;
  const { count } = await tx.query(statement(marker(tx.dialect), where), [...params, consumer, id, lease]);
  return count > 0;
}

/** Takes the message out of the parked ones. */
export function unpark(tx: Tx, tables: Store["tables"], held: Held): Promise<boolean> {
  return onLease(tx, held, (mark, where) => `delete from ${tables.of("parked")} where ${where(mark)}`);
}

/** Prolongs the lease from now on. */
export function extend(tx: Tx, tables: Store["tables"], held: Held, leaseMs: number): Promise<boolean> {
  const until = `${nowMs[tx.dialect]} + ${Math.round(leaseMs)}`;
  return onLease(
    tx,
    held,
    (mark, where) => `update ${tables.of("parked")} set locked_until_ms = ${until} where ${where(mark)}`,
  );
}

/** Gives the message back: the attempt was not begun after all. */
export function giveBack(
  tx: Tx,
  tables: Store["tables"],
  held: Held,
  { waitMs, gap = false }: { readonly waitMs: number; readonly gap?: boolean },
): Promise<boolean> {
  const due = `${nowMs[tx.dialect]} + ${Math.round(waitMs)}`;
  const state = gap ? `, state = ${parkedStates.gap}` : "";
  return onLease(
    tx,
    held,
    (mark, where) =>
      `update ${tables.of("parked")} set started = started - 1, locked_until_ms = 0, due_ms = ${due}${state} where ${where(mark)}`,
  );
}

/** Counts a failure, and makes the message due again after the wait. */
export function recordFailure(
  tx: Tx,
  tables: Store["tables"],
  held: Held,
  { waitMs, history }: { readonly waitMs: number; readonly history: readonly FailedAttempt[] },
): Promise<boolean> {
  const due = `${nowMs[tx.dialect]} + ${Math.round(waitMs)}`;
  return onLease(
    tx,
    held,
    (mark, where) =>
      `update ${tables.of("parked")} set failed = failed + 1, history = ${mark()}, locked_until_ms = 0, due_ms = ${due}, state = ${parkedStates.due} where ${where(mark)}`,
    [JSON.stringify(history)],
  );
}
