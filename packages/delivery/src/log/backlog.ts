import type { Asker } from "../dead-letters/pages.ts";
import { isDeliveryError } from "../errors.ts";
import { nowMs, numberOf, numberOrNull } from "../sql.ts";
import type { Store } from "../store.ts";
import { logTables } from "./tables.ts";

/** What stands in the log and was not sent yet. */
export interface LogBacklog {
  readonly messages: number;
  /** How long the oldest has waited, by the database's clock; null where none waits. */
  readonly oldestMs: number | null;
}

const none: LogBacklog = { messages: 0, oldestMs: null };

/** Counts what no reader has passed, up to `most`: by the two ways in which the reader would find it. */
export async function logBacklog(session: Asker, tables: Store["tables"], most: number): Promise<LogBacklog> {
  if (session.dialect !== "postgres") return none;
  const { log, cursor } = logTables(tables);
  const part = (condition: string): string =>
    `(select created_ms, txid, lid from ${log} where ${condition} order by txid, lid limit ${most + 1})`;
  const old = `(select old from ${cursor})`;
  try {
    const { rows } = await session.query(
      `select count(*) as messages, ${nowMs.postgres} - min(l.created_ms) as oldest_ms from (
  ${part(`txid = any(array(select pg_snapshot_xip(${old})))`)} union all ${part(`txid >= pg_snapshot_xmax(${old})`)}
) l cross join ${cursor} c where not coalesce(pg_visible_in_snapshot(l.txid, c.next) and (l.txid, l.lid) <= (c.at_txid, c.at_lid), false)`,
    );
    const [row = {}] = rows;
    return { messages: numberOf(row, "messages"), oldestMs: numberOrNull(row, "oldest_ms") };
  } catch (error) {
    // Tables from before there was a log.
    if (isDeliveryError(error) && error.code === "STORE_SCHEMA_MISSING") return none;
    throw error;
  }
}
