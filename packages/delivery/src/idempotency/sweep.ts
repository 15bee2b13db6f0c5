import { nowMs } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Dialect } from "../tx.ts";

/** How many rows one statement deletes at most: few enough that nobody waits for it. */
const rowsMax = 1_000;

/**
 * Deletes keys whose time is over, by the database's clock, in chunks. Several processes may do so at once. A key whose run is under way is
 * never deleted. Resolves to how many there were.
 */
export async function sweepIdempotency(store: Store, signal?: AbortSignal): Promise<number> {
  const text = sweepStatement(store.dialect, store.tables.of("idempotency"));
  let swept = 0;
  while (signal?.aborted !== true) {
    const { count } = await store.transaction((tx) => tx.query(text));
    swept += count;
    if (count < rowsMax) break;
  }
  return swept;
}

function sweepStatement(dialect: Dialect, table: string): string {
  const over = `expires_ms <= ${nowMs[dialect]} and until_ms <= ${nowMs[dialect]}`;
  switch (dialect) {
    case "postgres":
      return `delete from ${table} where ctid = any (array(select ctid from ${table} where ${over} limit ${rowsMax} for update skip locked))`;
    case "mysql":
      return `delete from ${table} where ${over} limit ${rowsMax}`;
    case "sqlite":
      return `delete from ${table} where (scope, key) in (select scope, key from ${table} where ${over} limit ${rowsMax})`;
  }
}
