import { nowMs } from "../sql.ts";
import type { Session, Store } from "../store.ts";
import type { Dialect } from "../tx.ts";

/** What to delete from the inbox. */
export interface Sweep {
  readonly consumer: string;
  /** The consumer's window; rows are kept somewhat longer, since producer and consumer may go by two databases' clocks. */
  readonly windowMs: number;
  /** Rows per statement. Default: 1,000. */
  readonly chunk?: number;
  /** Statements at most. Default: no limit. */
  readonly chunksMax?: number;
  readonly signal?: AbortSignal;
}

/** By how much a row outlives its window. */
const slackMs = 3_600_000;

/**
 * Deletes inbox rows of messages that would be refused as too old by now: small statements, each its own transaction, oldest first, so that
 * nobody waits and no transaction grows. Resolves to the number of rows.
 */
export async function sweepInbox(session: Session, tables: Store["tables"], sweep: Sweep): Promise<number> {
  const { consumer, windowMs, chunk = 1_000, chunksMax = Number.POSITIVE_INFINITY, signal } = sweep;
  const statement = statementOf(session.dialect, tables, Math.max(1, Math.floor(chunk)));
  let rows = 0;
  for (let chunks = 0; chunks < chunksMax && signal?.aborted !== true; chunks++) {
    const { count } = await session.query(statement, [consumer, Math.round(windowMs + slackMs)]);
    rows += count;
    if (count < chunk) break;
  }
  return rows;
}

function statementOf(dialect: Dialect, tables: Store["tables"], chunk: number): string {
  const inbox = tables.of("inbox");
  const now = nowMs[dialect];
  switch (dialect) {
    case "postgres":
      return `delete from ${inbox} where ctid = any (array(select ctid from ${inbox} where consumer = $1 and done_ms < ${now} - $2::bigint order by done_ms limit ${chunk} for update skip locked))`;
    case "mysql":
      return `delete from ${inbox} where consumer = ? and done_ms < ${now} - ? order by done_ms limit ${chunk}`;
    case "sqlite":
      return `delete from ${inbox} where (consumer, message_id) in (select consumer, message_id from ${inbox} where consumer = ? and done_ms < ${now} - ? order by done_ms limit ${chunk})`;
  }
}
