import { DeliveryError } from "../errors.ts";
import { nowMs } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Tx } from "../tx.ts";
import type { HeldSaga } from "./held.ts";
import { lockSaga, run } from "./statements.ts";

const charactersMax = 255;

/** Takes a named lock for a saga, or finds that it has it already. Throws SAGA_LOCKED when another one has it. */
export function takeLock(store: Store, held: HeldSaga, resource: string): Promise<string> {
  if (typeof resource !== "string" || resource === "" || resource.length > charactersMax)
    throw new DeliveryError("CONFIGURATION", "A lock is named by a text of 1 to 255 characters.");
  return store.transaction(async (tx) => {
    await checkHeld(tx, store, held);
    const lock = store.tables.of("saga_lock");
    const [verb, conflict] =
      tx.dialect === "mysql" ? ["insert ignore", ""] : ["insert", " on conflict (resource) do nothing"];
    await run(
      tx,
      `${verb} into ${lock} (resource, saga_id, taken_ms) values (?, ?, ${nowMs[tx.dialect]})${conflict}`,
      [resource, held.id],
    );
    const share = tx.dialect === "mysql" ? " lock in share mode" : "";
    const { rows } = await run(tx, `select saga_id from ${lock} where resource = ?${share}`, [resource]);
    const owner = rows[0]?.["saga_id"];
    if (owner === held.id) return resource;
    throw new DeliveryError(
      "SAGA_LOCKED",
      `${resource} is locked by the saga ${String(owner ?? "that has just let go of it")}.`,
    );
  });
}

/** A worker that lost the saga must not take a lock that nobody would give back. */
async function checkHeld(tx: Tx, store: Store, { id, row }: HeldSaga): Promise<void> {
  const now = await lockSaga(tx, store.tables, id);
  if (now?.lease !== row.lease || now.version !== row.version)
    throw new DeliveryError("LEASE_LOST", `The saga ${id} is not this worker's any more.`);
}

/** Gives one lock back, if the saga has it. */
export async function giveLockBack(store: Store, held: HeldSaga, resource: string): Promise<void> {
  await store.transaction((tx) =>
    run(tx, `delete from ${store.tables.of("saga_lock")} where resource = ? and saga_id = ?`, [
      resource,
      held.id,
    ]),
  );
}

/** Gives all of a saga's locks back, with its end. */
export async function giveLocksBack(tx: Tx, { tables }: Store, id: string): Promise<void> {
  await run(tx, `delete from ${tables.of("saga_lock")} where saga_id = ?`, [id]);
}
