import assert from "node:assert/strict";
import { systemClock, systemRandom } from "@holdfast/core";
import { type MessageType, message } from "../message.ts";
import { checkSchema, type Migration, migrate } from "../migrations.ts";
import { createPublisher } from "../outbox/publisher.ts";
import type { Publisher } from "../publisher.ts";
import type { StandardSchema } from "../standard-schema.ts";
import type { Store } from "../store.ts";
import { coded, type StoreBench, type StoreCase } from "./store-subject.ts";

const anything: StandardSchema = {
  "~standard": { version: 1, vendor: "conformance", validate: (value) => ({ value }) },
};

/** A kind of message of which the data is its key. */
export const Placed: MessageType<"conformance.placed", StandardSchema> = message("conformance.placed", {
  schema: anything,
  key: (data) => String((data as { readonly key: unknown }).key),
  ordered: true,
});
/** A kind of message without an order. */
export const Pinged: MessageType<"conformance.pinged", StandardSchema> = message("conformance.pinged", {
  schema: anything,
});

/** A publisher as the facade makes it. */
export function publisherOn(store: Store): Publisher {
  return createPublisher({ store, source: "/conformance", clock: systemClock, random: systemRandom });
}

/** What sessions, the user's transactions and migrations promise. */
export const connectionCases: readonly StoreCase[] = [
  {
    name: "gives a session that writes at once, and in transactions",
    async run(bench) {
      for (const relaxed of [false, true]) {
        const session = await bench.store.connect({ purpose: "holdfast conformance", relaxed });
        try {
          await session.query(`insert into ${bench.note} (id, body) values (${relaxed ? 3 : 1}, 'x')`);
          await session.transaction((tx) => bench.noteIn(tx, relaxed ? 4 : 2));
          await assert.rejects(
            session.transaction(async (tx) => {
              await bench.noteIn(tx, 9);
              throw new Error("no");
            }),
            /^Error: no$/,
          );
          await assert.rejects(
            session.query("select * from no_such_table_at_all"),
            coded("STORE_SCHEMA_MISSING"),
          );
          assert.equal((await session.query(`select id from ${bench.note}`)).count, relaxed ? 4 : 2);
        } finally {
          await session.close();
          await session.close();
        }
      }
      assert.deepEqual(await bench.notes(), [1, 2, 3, 4]);
    },
  },
  {
    name: "has as many sessions as are asked for, one after the other, and leaves nothing of one to the next",
    async run(bench) {
      for (let round = 0; round < 30; round++) {
        const session = await bench.store.connect({ purpose: "holdfast conformance", relaxed: true });
        await session.query("select 1 as one");
        await session.close();
      }
      if (bench.store.dialect !== "postgres") return;
      for (let round = 0; round < 5; round++) {
        const [row] = await bench.rows("select current_setting('synchronous_commit') as setting");
        assert.notEqual(row?.["setting"], "off", "a relaxed session's setting is another one's");
      }
    },
  },
  {
    name: "takes the user's transaction for its own: what is published there comes and goes with it",
    async run(bench) {
      const publish = (handle: unknown) =>
        publisherOn(bench.store).publish(bench.store.adopt(handle), [Pinged(1), Placed({ key: "a" })]);
      await bench.opened.inUserTransaction(publish);
      assert.equal(await bench.count("outbox"), 2);
      const failing = bench.opened.inUserTransaction(async (handle, query) => {
        await query(`insert into ${bench.note} (id, body) values (1, 'x')`);
        await publish(handle);
        throw new Error("no");
      });
      await assert.rejects(failing, /^Error: no$/);
      assert.deepEqual([await bench.count("outbox"), await bench.notes()], [2, []]);
      await bench.store.transaction((tx) => publish(tx));
      assert.equal(await bench.count("outbox"), 4);
    },
  },
  {
    name: "refuses what is no transaction of its driver",
    async run(bench) {
      const { store } = bench;
      for (const handle of [null, undefined, 7, "tx", {}, () => {}])
        assert.throws(() => store.adopt(handle), coded("TX_UNKNOWN_HANDLE"));
      const foreign = { dialect: store.dialect === "sqlite" ? "postgres" : "sqlite", query: () => {} };
      assert.throws(() => store.adopt(foreign), coded("TX_WRONG_DIALECT"));
    },
  },
  {
    name: "makes the tables once, however many processes do so at the same time",
    async run(bench) {
      const some = [
        tableMigration("once-1", "conformance_once"),
        tableMigration("once-2", "conformance_more"),
      ];
      await assert.rejects(checkSchema(bench.store, some), coded("STORE_SCHEMA_OLD"));
      const ran = await Promise.all(Array.from({ length: 6 }, (_, at) => migrate(bench.nth(at), some)));
      assert.deepEqual(ran.flat(), ["once-1", "once-2"]);
      await checkSchema(bench.stores[1], some);
      assert.deepEqual(await migrate(bench.store, some), []);
    },
  },
  {
    name: "goes on with a migration that broke off, and leaves what was there as it was",
    run: resumed,
  },
];

function tableMigration(id: string, table: string): Migration {
  return {
    id,
    statements: (tables, dialect) => [
      `create table ${dialect === "mysql" ? "if not exists " : ""}${tables.of(table)} (id integer primary key)`,
    ],
  };
}

async function resumed(bench: StoreBench): Promise<void> {
  const whole = tableMigration("resumed-1", "conformance_resumed");
  const broken: Migration = {
    id: "resumed-1",
    statements: (tables, dialect) => [...whole.statements(tables, dialect), "this is no SQL"],
  };
  await bench.store.transaction((tx) => bench.noteIn(tx, 1));
  await assert.rejects(migrate(bench.store, [broken]), coded("STORE_FAILED"));
  await assert.rejects(checkSchema(bench.store, [whole]), coded("STORE_SCHEMA_OLD"));
  assert.deepEqual(await migrate(bench.stores[1], [whole]), ["resumed-1"]);
  assert.equal(await bench.count("conformance_resumed"), 0);
  assert.deepEqual(await bench.notes(), [1]);
}
