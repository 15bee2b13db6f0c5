import type { Envelope } from "../envelope.ts";
import { nowMs, numberOf, numberOrNull } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Dialect, Tx } from "../tx.ts";

/** What the inbox says about a message: `done`, it took effect; `dead`, it was given up. */
export const outcomes = { done: 0, dead: 1 } as const;
export type Known = keyof typeof outcomes;

/** How a message stands when its transaction begins. */
export type Entry = "new" | "too-old" | { readonly known: Known | "parked" };

/**
 * Writes the inbox row of a message that comes from the broker. While another transaction handles the same message this one waits: it is
 * a duplicate if that one commits, and goes on if it rolls back. A message older than the window is refused, since its row may be gone,
 * and one that is parked already is left to whoever retries it.
 */
export async function enterFresh(
  tx: Tx,
  tables: Store["tables"],
  message: { readonly consumer: string; readonly envelope: Envelope; readonly windowMs: number },
): Promise<Entry> {
  const { consumer, envelope, windowMs } = message;
  const twice = tx.dialect === "mysql" ? [consumer, envelope.id] : [];
  const params = [consumer, envelope.id, envelope.timeMs, windowMs, ...twice];
  const { count } = await tx.query(freshStatement(tx.dialect, tables), params);
  if (count > 0) return "new";
  const { rows } = await tx.query(
    tx.dialect === "postgres"
      ? `select ${nowMs.postgres} as now_ms, (select outcome from ${tables.of("inbox")} where consumer = $1 and message_id = $2::uuid) as outcome, exists (select 1 from ${tables.of("parked")} where consumer = $1 and message_id = $2::uuid) as parked`
      : `select ${nowMs[tx.dialect]} as now_ms, (select outcome from ${tables.of("inbox")} where consumer = ? and message_id = ?) as outcome, exists (select 1 from ${tables.of("parked")} where consumer = ? and message_id = ?) as parked`,
    tx.dialect === "postgres" ? [consumer, envelope.id] : [consumer, envelope.id, consumer, envelope.id],
  );
  const row = rows[0] ?? {};
  const known = knownOf(numberOrNull(row, "outcome"));
  if (known !== null) return { known };
  if (numberOf(row, "parked") === 1) return { known: "parked" };
  return "too-old";
}

function freshStatement(dialect: Dialect, tables: Store["tables"]): string {
  const inbox = tables.of("inbox");
  const parked = tables.of("parked");
  if (dialect === "postgres")
    return `insert into ${inbox} (consumer, message_id, outcome, done_ms) select $1::text, $2::uuid, 0, ${nowMs.postgres} where $3::bigint >= ${nowMs.postgres} - $4::bigint and not exists (select 1 from ${parked} where consumer = $1::text and message_id = $2::uuid) on conflict do nothing`;
  // Values against columns, and not columns of a derived table: those would be compared in the connection's collation, past every index.
  if (dialect === "mysql")
    return `insert ignore into ${inbox} (consumer, message_id, outcome, done_ms) select ?, ?, 0, ${nowMs.mysql} from dual where ? >= ${nowMs.mysql} - ? and not exists (select 1 from ${parked} as p where p.consumer = ? and p.message_id = ?)`;
  return `insert into ${inbox} (consumer, message_id, outcome, done_ms) select m.consumer, m.message_id, 0, ${nowMs.sqlite} from (select ? as consumer, ? as message_id, ? as time_ms, ? as window_ms) as m where m.time_ms >= ${nowMs.sqlite} - m.window_ms and not exists (select 1 from ${parked} as p where p.consumer = m.consumer and p.message_id = m.message_id) on conflict do nothing`;
}

/** Writes the inbox row of a message that was parked. One that was redriven takes the place of the row that says it was given up. */
export async function enterParked(
  tx: Tx,
  tables: Store["tables"],
  message: { readonly consumer: string; readonly id: string; readonly redriven: boolean },
): Promise<boolean> {
  const { consumer, id, redriven } = message;
  if (redriven && (await revive(tx, tables, { consumer, id }))) return true;
  return note(tx, tables, { consumer, id, as: "done" });
}

/** Makes `done` of `dead`; resolves to whether there was such a row. */
async function revive(
  tx: Tx,
  tables: Store["tables"],
  { consumer, id }: { readonly consumer: string; readonly id: string },
): Promise<boolean> {
  const [a, b] = tx.dialect === "postgres" ? ["$1", "$2"] : ["?", "?"];
  const { count } = await tx.query(
    `update ${tables.of("inbox")} set outcome = ${outcomes.done}, done_ms = ${nowMs[tx.dialect]} where consumer = ${a} and message_id = ${b} and outcome = ${outcomes.dead}`,
    [consumer, id],
  );
  return count > 0;
}

/** Notes what became of a message; resolves to false where the inbox knows it already. */
export async function note(
  tx: Tx,
  tables: Store["tables"],
  { consumer, id, as }: { readonly consumer: string; readonly id: string; readonly as: Known },
): Promise<boolean> {
  const [a, b] = tx.dialect === "postgres" ? ["$1", "$2"] : ["?", "?"];
  const { count } = await tx.query(
    `insert${tx.dialect === "mysql" ? " ignore" : ""} into ${tables.of("inbox")} (consumer, message_id, outcome, done_ms) values (${a}, ${b}, ${outcomes[as]}, ${nowMs[tx.dialect]})${tx.dialect === "mysql" ? "" : " on conflict do nothing"}`,
    [consumer, id],
  );
  return count > 0;
}

/** What the inbox knows of a message. */
export async function lookUp(
  tx: Tx,
  tables: Store["tables"],
  { consumer, id }: { readonly consumer: string; readonly id: string },
): Promise<Known | null> {
  const [a, b] = tx.dialect === "postgres" ? ["$1", "$2"] : ["?", "?"];
  const { rows } = await tx.query(
    `select outcome from ${tables.of("inbox")} where consumer = ${a} and message_id = ${b}`,
    [consumer, id],
  );
  return knownOf(rows[0] === undefined ? null : numberOrNull(rows[0], "outcome"));
}

function knownOf(outcome: number | null): Known | null {
  if (outcome === null) return null;
  return outcome === outcomes.dead ? "dead" : "done";
}
