import { nowMs, numberOf } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Tx } from "../tx.ts";
import { forUpdate, list, run } from "./statements.ts";

const chunkRows = 500;

/**
 * Deletes sagas that ended longer ago than that, by the database's clock, in chunks; resolves to how many. A saga's id may then be
 * used anew: keep them for longer than anybody may start the same one again.
 */
export async function forgetSagas(store: Store, olderThanMs: number, signal?: AbortSignal): Promise<number> {
  let forgotten = 0;
  for (;;) {
    signal?.throwIfAborted();
    const count = await store.transaction((tx) => forgetChunk(tx, store, olderThanMs));
    forgotten += count;
    if (count < chunkRows) return forgotten;
  }
}

async function forgetChunk(tx: Tx, { tables }: Store, olderThanMs: number): Promise<number> {
  const now = numberOf((await tx.query(`select ${nowMs[tx.dialect]} as now_ms`)).rows[0] ?? {}, "now_ms");
  const { rows } = await run(
    tx,
    `select id from ${tables.of("saga")} where ended_ms <= ? order by ended_ms limit ${chunkRows}${forUpdate[tx.dialect]}`,
    [now - Math.ceil(olderThanMs)],
  );
  if (rows.length === 0) return 0;
  const ids = rows.map((row) => String(row["id"]));
  await run(tx, `delete from ${tables.of("saga_step")} where saga_id in (${list(ids)})`, ids);
  await run(tx, `delete from ${tables.of("saga")} where id in (${list(ids)})`, ids);
  return ids.length;
}
