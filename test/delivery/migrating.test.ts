import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Migration, migrate } from "../../packages/delivery/src/migrations.ts";
import { migrations } from "../../packages/delivery/src/schema.ts";
import { type DatabasePlace, openDatabase, placeOn } from "./load/databases.ts";
import { ownPath } from "./load/folder.ts";
import { startLoad } from "./load/load.ts";
import { mariadbMissing, startMariadb } from "./servers/mariadb.ts";
import { postgresMissing, startPostgres } from "./servers/postgres.ts";
import type { OwnServer } from "./servers/server.ts";

const stores = [
  { kind: "sqlite", skip: false, start: null },
  { kind: "postgres", skip: postgresMissing, start: startPostgres },
  { kind: "mariadb", skip: mariadbMissing, start: startMariadb },
] as const;

/** The next version's step, as ours are: it only adds, to every table that is busy, and a table of its own. */
const next: Migration = {
  id: "next-1",
  statements: (tables) => [
    ...["outbox", "inbox", "parked", "dead_letter"].map(
      (table) => `alter table ${tables.of(table)} add column next_1 bigint`,
    ),
    `create table ${tables.of("next")} (id varchar(64) primary key)`,
  ],
};

for (const { kind, skip, start } of stores)
  describe(`a schema that is migrated under two that work, on ${kind}`, { skip }, () => {
    const files = ownPath();
    let server: OwnServer | null = null;
    before(async () => {
      server = start === null ? null : await start();
    });
    after(async () => {
      await server?.close();
      files.remove();
    });

    it("serves the old version all the while and afterwards, and the new one goes on with what the old one left (O1)", async () => {
      const database: DatabasePlace = await placeOn(kind, server, files.path("migrating.db"));
      const broker = { kind: "in-process" } as const;
      const one = await startLoad({ database, broker, paceMs: 50 });
      const two = await startLoad({ database, broker, paceMs: 50 });
      const operator = openDatabase(database);
      try {
        await Promise.all([one.committed(40), two.committed(40)]);
        assert.deepEqual(await migrate(operator.store, [...migrations, next]), ["next-1"]);
        await Promise.all([one.committed(40), two.committed(40)]);
        // Rolled back: a process of the old version starts on the new schema.
        assert.deepEqual(await one.d.migrate(), []);
        await one.stopProducing();
        await two.finish([one]);
        for (const { failures } of [one, two])
          for (const code of failures.keys()) assert.match(code, /^STORE_(BUSY|CONFLICT)$/);
      } finally {
        await one.close();
        await two.close();
        await operator.close();
      }
    });
  });
