import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { idempotencyMigrations } from "../../src/idempotency/migrations.ts";
import { migrate } from "../../src/migrations.ts";
import { ownName } from "../support/servers.ts";
import { boundOf, duplicateRounds } from "./support/duplicates.ts";
import { namedKinds, openNamed } from "./support/named-stores.ts";

/** A sample of what `bench/delivery/duplicates.ts` measures with 300 keys. */
const rounds = 25;
const parallel = 20;

for (const { kind, skip } of namedKinds)
  describe(`20 simultaneous requests of one key over HTTP, on ${kind}`, { skip }, () => {
    for (const mode of kind === "redis" ? (["lease"] as const) : (["tx", "lease"] as const))
      it(`have exactly one effect, every time (${mode})`, async (test) => {
        const { store, close, drop } = await openNamed(kind, ownName());
        try {
          if (store.database !== null) await migrate(store.database.store, idempotencyMigrations);
          const { keys, once } = await duplicateRounds({ store, mode, rounds, parallel });
          test.diagnostic(boundOf(keys, once));
          assert.equal(once, rounds);
        } finally {
          await drop();
          await close();
        }
      });
  });
