import { idempotencyMigrations } from "../../packages/delivery/src/idempotency/migrations.ts";
import { migrate } from "../../packages/delivery/src/migrations.ts";
import { boundOf, duplicateRounds } from "../../packages/delivery/test/idempotency/support/duplicates.ts";
import { namedKinds, openNamed } from "../../packages/delivery/test/idempotency/support/named-stores.ts";
import { ownName } from "../../packages/delivery/test/support/servers.ts";

/**
 * 300 keys, each sent 20 times at once over HTTP, on every store and in every mode that promises one effect: how many effects there were, and
 * up to which share of keys a second one is not ruled out (95 %). `node --conditions=@holdfast/source bench/delivery/duplicates.ts [ROUNDS]`.
 */
const rounds = Number(process.argv[2] ?? 300);
const parallel = 20;

for (const { kind, skip } of namedKinds) {
  if (skip !== false) {
    console.log(skip);
    continue;
  }
  const { store, close, drop } = await openNamed(kind, ownName());
  try {
    if (store.database !== null) await migrate(store.database.store, idempotencyMigrations);
    for (const mode of store.database === null ? (["lease"] as const) : (["tx", "lease"] as const)) {
      const { keys, once, requests, statuses, seconds } = await duplicateRounds({
        store,
        mode,
        rounds,
        parallel,
      });
      console.log(
        `${kind}, ${mode}: ${once} of ${keys} keys had exactly one effect, ${requests} requests (${statuses}) in ${seconds.toFixed(1)} s; ${boundOf(keys, once)}`,
      );
      if (once !== keys) process.exitCode = 1;
    }
  } finally {
    await drop();
    await close();
  }
}
