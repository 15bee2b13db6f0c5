import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { sql } from "drizzle-orm";
import { BetterSQLiteSession } from "drizzle-orm/better-sqlite3/session";
import { BaseSQLiteDatabase, SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { drizzle } from "../../src/adapters/drizzle.ts";
import { knex } from "../../src/adapters/knex.ts";
import { kysely } from "../../src/adapters/kysely.ts";
import { prisma } from "../../src/adapters/prisma.ts";
import { migrate } from "../../src/migrations.ts";
import { outboxMigrations } from "../../src/outbox/migrations.ts";
import { sqlite } from "../../src/stores/sqlite.ts";
import { coded, counting, OrderPlaced, outboxOf, Ping, publisherOn } from "../publish/support.ts";
import { type Builder, builders, type OpenBuilder } from "./builders.ts";
import { BetterSqliteDriver } from "./sqlite-driver.ts";

async function openedBuilder(t: TestContext, builder: Builder): Promise<OpenBuilder> {
  const opened = builder.open();
  t.after(() => opened.close());
  await migrate(opened.store, outboxMigrations);
  return opened;
}

const order = (total: number) => OrderPlaced({ orderId: "ö'?$1", total });

for (const builder of builders) {
  describe(`publishing through ${builder.name}`, { skip: builder.skip }, () => {
    it("writes into the builder's transaction, by as many statements as without it", async (t) => {
      const { store, transaction } = await openedBuilder(t, builder);
      const publisher = publisherOn(store);
      const statements: number[] = [];
      await transaction(async (tx) => {
        for (const messages of [
          [Ping({ a: "?", b: "$1" }, { headers: { who: "it's ?" } })],
          [order(1), Ping(2), order(3)],
        ]) {
          const counted = counting(store.adopt(tx));
          await publisher.publish(counted, messages);
          statements.push(counted.statements());
        }
      });
      assert.deepEqual(statements, [1, store.dialect === "postgres" ? 1 : 2]);
      const rows = await outboxOf(store);
      assert.deepEqual(
        rows.map(({ key, seq, body }) => [key, seq, body]),
        [
          [null, null, '{"a":"?","b":"$1"}'],
          ["ö'?$1", 1, '{"orderId":"ö\'?$1","total":1}'],
          [null, null, "2"],
          ["ö'?$1", 2, '{"orderId":"ö\'?$1","total":3}'],
        ],
      );
      assert.equal(rows[0]?.headers["who"], "it's ?");
    });

    it("writes nothing when the builder rolls back", async (t) => {
      const { store, transaction } = await openedBuilder(t, builder);
      const failure = new Error("no");
      const run = transaction(async (tx) => {
        await publisherOn(store).publish(store.adopt(tx), [order(1), Ping(1)]);
        throw failure;
      });
      await assert.rejects(Promise.resolve(run), failure);
      assert.deepEqual(await outboxOf(store), []);
    });

    it("refuses the builder itself, which is in no transaction", async (t) => {
      const { store, outside } = await openedBuilder(t, builder);
      assert.throws(() => outside(), coded("TX_NOT_A_TRANSACTION"));
      assert.deepEqual(await outboxOf(store), []);
    });

    it("gives rows, counts, bytes and repeated parameters as a store's own transaction does", async (t) => {
      const { store, transaction } = await openedBuilder(t, builder);
      const bytes = new Uint8Array([0, 1, 255, 39, 63]);
      const seen = (tx: Parameters<Parameters<typeof transaction>[0]>[0]) => async () => {
        const mark = (at: number, type: string) => (store.dialect === "postgres" ? `$${at}::${type}` : "?");
        const params = store.dialect === "postgres" ? [bytes, 7, null] : [bytes, 7, null, 7];
        const { rows, count } = await tx.query(
          `select ${mark(1, "bytea")} as some_bytes, ${mark(2, "bigint")} as a_number, ${mark(3, "text")} as missing, 'it''s ? $1' as said, ${mark(2, "bigint")} + 1 as next`,
          params,
        );
        const [row = {}] = rows;
        return {
          ...row,
          some_bytes: [...(row["some_bytes"] as Uint8Array)],
          a_number: Number(row["a_number"]),
          next: Number(row["next"]),
          count,
        };
      };
      const own = await store.transaction((tx) => seen(tx)());
      let adapted: unknown;
      let changed = 0;
      await transaction(async (tx) => {
        adapted = await seen(tx)();
        await publisherOn(store).publish(tx, [Ping(1), Ping(2), Ping(3)]);
        ({ count: changed } = await tx.query(`update ${store.tables.of("outbox")} set failed = failed + 1`));
      });
      assert.deepEqual(adapted, own);
      assert.equal(changed, 3);
    });

    it("codes the database's failures", async (t) => {
      const { store, transaction } = await openedBuilder(t, builder);
      const fails = (text: string) => Promise.resolve(transaction((tx) => tx.query(text)));
      await assert.rejects(fails("select 1 from no_such_table_at_all"), coded("STORE_SCHEMA_MISSING"));
      await assert.rejects(
        fails(`select no_such_column from ${store.tables.of("outbox")}`),
        coded("STORE_SCHEMA_OLD"),
      );
      const again = { id: crypto.randomUUID() };
      for (let time = 0; time < 2; time++)
        await transaction((tx) => publisherOn(store).publish(tx, [Ping(1, again), order(1)]));
      assert.equal((await outboxOf(store)).length, 3);
    });
  });
}

describe("adapters", () => {
  it("refuse what is no transaction of their builder", () => {
    for (const handle of [null, 7, {}, { query: () => {} }])
      for (const adapt of [kysely, knex, prisma, (tx: never) => drizzle(tx, sql)])
        assert.throws(() => adapt(handle as never), coded("TX_UNKNOWN_HANDLE"));
  });

  it("publish without a promise where Drizzle is synchronous", async () => {
    const driver = new BetterSqliteDriver(":memory:");
    const store = sqlite(driver.database);
    await migrate(store, outboxMigrations);
    const dialect = new SQLiteSyncDialect();
    const session = new BetterSQLiteSession(driver as never, dialect, undefined);
    const db = new BaseSQLiteDatabase("sync", dialect, session as never, undefined);
    db.transaction((tx) => {
      publisherOn(store).publishSync(store.adopt(drizzle(tx as never, sql)) as never, [
        order(1),
        Ping(2),
        order(2),
      ]);
    });
    assert.deepEqual(
      (await outboxOf(store)).map(({ seq }) => seq),
      [1, null, 2],
    );
    driver.close();
  });
});
