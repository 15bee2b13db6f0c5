import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { DeliveryError, isDeliveryError } from "../src/errors.ts";
import { checkSchema, type Migration, migrate, plainMigrations } from "../src/migrations.ts";
import { sqlite } from "../src/stores/sqlite.ts";
import { testStores } from "./support/stores.ts";

const notes: readonly Migration[] = [
  {
    id: "notes-1",
    statements: (tables) => [
      `create table ${tables.of("note")} (id integer primary key, body varchar(99) not null)`,
    ],
  },
];
const more: Migration = {
  id: "notes-2",
  statements: (tables) => [`alter table ${tables.of("note")} add column extra integer`],
};

const coded = (code: string) => (error: unknown) =>
  isDeliveryError(error) && error.code === code && error.remedy !== "";

for (const { name, skip, open } of testStores) {
  describe(`a store: ${name}`, { skip }, () => {
    it("commits what a transaction wrote, and nothing of one that failed", async () => {
      const { store, close } = await open(notes);
      const note = store.tables.of("note");
      await store.transaction((tx) => tx.query(`insert into ${note} (id, body) values (1, 'kept')`));
      await assert.rejects(
        store.transaction(async (tx) => {
          await tx.query(`insert into ${note} (id, body) values (2, 'lost')`);
          throw new Error("no");
        }),
        /^Error: no$/,
      );
      const session = await store.connect({ purpose: "test" });
      assert.deepEqual(
        (await session.query(`select id, body from ${note}`)).rows.map((row) => ({ ...row })),
        [{ id: 1, body: "kept" }],
      );
      await session.close();
      await close();
    });

    it("says that a statement failed, with a code, and commits nothing after it", async () => {
      const { store, close } = await open(notes);
      const note = store.tables.of("note");
      await assert.rejects(
        store.transaction(async (tx) => {
          await tx.query(`insert into ${note} (id, body) values (1, 'lost')`);
          await tx.query("select * from no_such_table_at_all").catch(() => {});
          if (store.dialect !== "postgres")
            throw new Error("only PostgreSQL gives a transaction up by itself");
        }),
        store.dialect === "postgres" ? coded("TX_ROLLED_BACK") : /only PostgreSQL/,
      );
      const session = await store.connect({ purpose: "test" });
      await assert.rejects(
        session.query("select * from no_such_table_at_all"),
        coded("STORE_SCHEMA_MISSING"),
      );
      assert.equal((await session.query(`select id from ${note}`)).rows.length, 0);
      await session.close();
      await close();
    });

    it("runs each migration once, however many run them at the same time", async () => {
      const { store, again, close } = await open(notes);
      await assert.rejects(checkSchema(store, [...notes, more]), coded("STORE_SCHEMA_OLD"));
      const ran = await Promise.all([store, again(), again()].map((one) => migrate(one, [...notes, more])));
      assert.deepEqual(ran.flat(), ["notes-2"]);
      await checkSchema(store, [...notes, more]);
      await close();
    });

    it("refuses what is no transaction of its driver", async () => {
      const { store, inUserTransaction, close } = await open(notes);
      for (const handle of [null, 7, {}, () => {}])
        assert.throws(() => store.adopt(handle), coded("TX_UNKNOWN_HANDLE"));
      await inUserTransaction(async (handle) => {
        const tx = store.adopt(handle);
        assert.equal(tx.dialect, store.dialect);
        assert.equal((await tx.query("select 1 as one")).rows.length, 1);
      });
      await close();
    });

    it("hands out its migrations as plain SQL", async () => {
      const { store, close } = await open(notes);
      const plain = plainMigrations(store, notes);
      assert.deepEqual(
        plain.map(({ id }) => id),
        ["migrations", "notes-1"],
      );
      assert.match(plain[1]?.sql ?? "", /create table .*note.*;\n.*insert .*into .*migrations.*'notes-1'/s);
      await close();
    });
  });
}

describe("a migration that meets those who work", () => {
  it("is run again when it was the victim of a deadlock", async () => {
    const store = sqlite(new DatabaseSync(":memory:"));
    let deadlocks = 2;
    const met: Migration = {
      id: "met-1",
      statements: (tables) => {
        if (deadlocks-- > 0) throw new DeliveryError("STORE_CONFLICT", "deadlock detected");
        return [`create table ${tables.of("met")} (id integer primary key)`];
      },
    };
    assert.deepEqual(await migrate(store, [met]), ["met-1"]);
    assert.deepEqual(await migrate(store, [met]), []);
  });
});

describe("a transaction on SQLite", () => {
  it("is rolled back when it awaits anything but tx while it holds the write lock", async () => {
    const database = new DatabaseSync(":memory:");
    const store = sqlite(database);
    database.exec("create table t (a)");
    await assert.rejects(
      store.transaction(async (tx) => {
        await tx.query("insert into t values (1)");
        await new Promise((resolve) => setTimeout(resolve, 5));
        await tx.query("insert into t values (2)");
      }),
      coded("TX_AWAITS_OUTSIDE"),
    );
    assert.deepEqual(database.prepare("select a from t").all(), []);
    await store.transaction((tx) => tx.query("insert into t values (3)"));
    assert.equal(database.prepare("select a from t").all().length, 1);
    database.close();
  });

  it("refuses a database that is in no transaction", () => {
    const database = new DatabaseSync(":memory:");
    assert.throws(() => sqlite(database).adopt(database), coded("TX_NOT_A_TRANSACTION"));
    database.close();
  });
});
