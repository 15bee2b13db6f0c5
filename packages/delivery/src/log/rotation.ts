import { isDeliveryError } from "../errors.ts";
import type { RelaySession } from "../relay/statements.ts";
import { numberOf } from "../sql.ts";
import type { Tx } from "../tx.ts";
import type { Fence } from "./statements.ts";
import { currentSlot, type LogTables, slots } from "./tables.ts";

/**
 * Empties the tables whose turn it is not and of which every row was read; resolves to how many. A table that somebody writes or reads is
 * left for the next time: waiting for its lock would keep writers waiting behind it.
 */
export async function rotate(session: RelaySession, tables: LogTables, fence: Fence): Promise<number> {
  const { rows } = await session.query(`select ${currentSlot} as slot`);
  const current = numberOf(rows[0] ?? {}, "slot");
  let emptied = 0;
  for (let step = 1; step < slots; step++) {
    const table = tables.slot((current + step) % slots);
    const { rows: some } = await session.query(`select 1 from ${table} limit 1`);
    if (some.length > 0 && (await emptyOne(session, tables, { table, fence }))) emptied += 1;
  }
  return emptied;
}

/**
 * Under the lock nobody has a row in the table that is not committed, so that looking at what is there tells all. Read is what the stored
 * `old` sees, and nothing else: a cursor in the middle of a reading waits for the next time.
 */
function emptyOne(
  session: RelaySession,
  { cursor }: LogTables,
  { table, fence }: { readonly table: string; readonly fence: Fence },
): Promise<boolean> {
  return alone(session, cursor, fence, async (tx) => {
    await tx.query(`lock table only ${table} in access exclusive mode nowait`);
    const { rows } = await tx.query(
      `select 1 from ${table} l, ${cursor} c where c.id = 1
  and (l.txid >= pg_snapshot_xmax(c.old) or l.txid = any(array(select pg_snapshot_xip(c.old)))) limit 1`,
    );
    if (rows.length > 0) return false;
    await tx.query(`truncate ${table}`);
    return true;
  });
}

/**
 * Moves everything that stands in the log into the queue, what was read already with it, and begins anew. For a log that came into another
 * server by a dump: transactions are counted from elsewhere there, and its numbers mean nothing any more.
 */
export function moveAll(session: RelaySession, tables: LogTables, fence: Fence): Promise<boolean> {
  const { log, cursor, outbox } = tables;
  const columns = "id, type, source, key, content_type, headers, body, created_ms";
  return alone(session, cursor, fence, async (tx) => {
    await tx.query(`lock table ${log} in access exclusive mode nowait`);
    await tx.query(
      `insert into ${outbox} (${columns}) select ${columns} from ${log} on conflict (id) do nothing`,
    );
    await tx.query(`truncate ${log}`);
    await tx.query(
      `update ${cursor} set old = pg_current_snapshot(), next = null, at_txid = '0', at_lid = 0 where id = 1`,
    );
    return true;
  });
}

/** Runs `work` as the log's reader; false where another relay is that, or somebody holds a lock that is needed. */
async function alone(
  session: RelaySession,
  cursor: string,
  { member, epoch }: Fence,
  work: (tx: Tx) => Promise<boolean>,
): Promise<boolean> {
  try {
    return await session.transaction(async (tx) => {
      const { rows } = await tx.query(
        `select 1 from ${cursor} where id = 1 and owner = $1::uuid and epoch = $2::bigint for update`,
        [member, epoch],
      );
      return rows.length > 0 && (await work(tx));
    });
  } catch (error) {
    if (isDeliveryError(error) && error.code === "STORE_BUSY") return false;
    throw error;
  }
}
