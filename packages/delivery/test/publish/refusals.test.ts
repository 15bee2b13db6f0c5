import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { createPool } from "mysql2/promise";
import { Pool } from "pg";
import postgresJs from "postgres";
import type { Message } from "../../src/message.ts";
import { migrate } from "../../src/migrations.ts";
import { outboxMigrations } from "../../src/outbox/migrations.ts";
import { sqlite } from "../../src/stores/sqlite.ts";
import type { Tx } from "../../src/tx.ts";

import { servers } from "../support/servers.ts";
import { testStores } from "../support/stores.ts";
import { coded, OrderPlaced, OrderSeen, opened, outboxOf, Ping, publisherOn } from "./support.ts";

const order = { orderId: "k", total: 1 };

const refused: readonly [why: string, code: string, make: () => Message][] = [
  ["data that its schema refuses", "MESSAGE_INVALID", () => OrderSeen({ orderId: "k", total: -1 })],
  ["a value that JSON cannot hold", "MESSAGE_UNSERIALISABLE", () => Ping({ amount: 1n })],
  ["one byte more than 1 MiB", "MESSAGE_TOO_LARGE", () => Ping("x".repeat(1024 * 1024 - 1))],
  ["a key with NUL", "MESSAGE_KEY_INVALID", () => OrderSeen({ orderId: "a\0b", total: 1 })],
  ["a key with half a character", "MESSAGE_KEY_INVALID", () => OrderSeen({ orderId: "a\ud800", total: 1 })],
  ["a header that ends a line", "MESSAGE_HEADER_INVALID", () => Ping(1, { headers: { a: "b\r\nc: d" } })],
  ["what is no message", "MESSAGE_INVALID", () => ({ type: "ping", data: 1 }) as unknown as Message],
];

/** What runs outside of any transaction, by the store's driver. */
async function withoutTransaction(name: string, run: (handle: unknown) => Promise<void>): Promise<void> {
  if (name.startsWith("sqlite")) {
    const database = new DatabaseSync(":memory:");
    return run(database).finally(() => database.close());
  }
  if (name === "postgres by pg") {
    const pool = new Pool(servers.postgres);
    const client = await pool.connect();
    return run(client).finally(() => {
      client.release();
      return pool.end();
    });
  }
  if (name === "postgres by postgres.js") {
    const sql = postgresJs({ ...servers.postgres, max: 1 });
    return run(sql).finally(() => sql.end());
  }
  const pool = createPool(servers.mariadb);
  const connection = await pool.getConnection();
  return run(connection).finally(() => {
    connection.release();
    return pool.end();
  });
}

/** The driver's connection as an older `pg`, or a server other than MariaDB, would have it. */
function withoutStatus(handle: unknown): unknown {
  if (typeof handle !== "object" || handle === null) return handle;
  if ("getTransactionStatus" in handle)
    return new Proxy(handle, {
      get: (client, name) =>
        name === "getTransactionStatus" ? undefined : bound(client, Reflect.get(client, name)),
    });
  if (!("connection" in handle)) return handle;
  const greeting = { _handshakePacket: { serverVersion: "8.4.0" } };
  return new Proxy(handle, {
    get: (client, name) => (name === "connection" ? greeting : bound(client, Reflect.get(client, name))),
  });
}

function bound(client: object, value: unknown): unknown {
  return typeof value === "function" ? value.bind(client) : value;
}

for (const { name, skip, open } of testStores) {
  describe(`what publishing refuses: ${name}`, { skip }, () => {
    it("refuses at once what no consumer could be given, and writes none of the call", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      for (const [why, code, make] of refused)
        await inUserTransaction((handle) =>
          assert.rejects(
            publisherOn(store).publish(store.adopt(handle), [Ping("before"), OrderPlaced(order), make()]),
            coded(code),
            why,
          ),
        );
      assert.deepEqual(await outboxOf(store), []);
    });

    it("takes payloads up to the limit, and of one byte", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      const texts = [
        "",
        "x".repeat(255 * 1024),
        "\u0000\ud800\uffff \u2028 \\ \" ' ? $1 日本 😀",
        "x".repeat(1024 * 1024 - 2),
      ];
      await inUserTransaction((handle) =>
        publisherOn(store).publish(store.adopt(handle), [Ping(1), ...texts.map((text) => Ping(text))]),
      );
      assert.deepEqual(
        (await outboxOf(store)).map(({ body }) => JSON.parse(body)),
        [1, ...texts],
      );
    });

    it("refuses a connection that is in no transaction, and writes nothing, numbers included", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      await withoutTransaction(name, async (handle) => {
        for (const messages of [
          [Ping(1)],
          [OrderPlaced(order)],
          [Ping(1, { id: crypto.randomUUID() })],
          [Ping(1), Ping(2)],
        ])
          await assert.rejects(
            async () => publisherOn(store).publish(store.adopt(handle), messages),
            coded("TX_NOT_A_TRANSACTION"),
          );
      });
      assert.deepEqual(await outboxOf(store), []);
      await inUserTransaction((handle) =>
        publisherOn(store).publish(store.adopt(handle), [OrderPlaced(order)]),
      );
      assert.equal((await outboxOf(store))[0]?.seq, 1);
    });

    it("asks the database where the driver cannot say whether a transaction is open", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      const publisher = publisherOn(store);
      await withoutTransaction(name, async (handle) => {
        for (const messages of [[Ping(1)], [OrderPlaced(order)]])
          await assert.rejects(
            async () => publisher.publish(store.adopt(withoutStatus(handle)), messages),
            coded("TX_NOT_A_TRANSACTION"),
          );
      });
      await withoutTransaction(name, (handle) =>
        assert.rejects(
          async () => store.adopt(withoutStatus(handle)).query("select 1"),
          coded("TX_NOT_A_TRANSACTION"),
        ),
      );
      assert.deepEqual(await outboxOf(store), []);
      await inUserTransaction(async (handle) => {
        await publisher.publish(store.adopt(withoutStatus(handle)), [Ping(1)]);
        const { dialect, query } = store.adopt(handle);
        await publisher.publish(store.adopt({ dialect, query }), [Ping(2)]);
      });
      assert.equal((await outboxOf(store)).length, 2);
    });

    it("refuses a transaction of the store's own that has ended", async (t) => {
      const { store } = await opened(t, open);
      const kept: Tx[] = [];
      await store.transaction((tx) => {
        kept.push(tx);
      });
      await assert.rejects(
        store.transaction((tx) => {
          kept.push(tx);
          throw new Error("no");
        }),
      );
      for (const tx of kept)
        await assert.rejects(publisherOn(store).publish(tx, [Ping(1)]), coded("TX_NOT_A_TRANSACTION"));
      assert.deepEqual([kept.length, await outboxOf(store)], [2, []]);
    });

    it("says that tables are missing, or old", async (t) => {
      const { store } = await opened(t, open);
      const publisher = publisherOn(store);
      const outbox = store.tables.of("outbox");
      for (const [change, code] of [
        [`alter table ${outbox} rename column due_ms to was_due_ms`, "STORE_SCHEMA_OLD"],
        [`drop table ${outbox}`, "STORE_SCHEMA_MISSING"],
      ] as const) {
        const session = await store.connect({ purpose: "test" });
        await session.query(change).finally(() => session.close());
        await assert.rejects(
          store.transaction((tx) => publisher.publish(tx, [Ping(1)])),
          coded(code),
        );
      }
    });

    it("is gone with the transaction, and with the savepoint", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      const publisher = publisherOn(store);
      const failure = new Error("no");
      await assert.rejects(
        inUserTransaction(async (handle) => {
          await publisher.publish(store.adopt(handle), [Ping("lost"), OrderPlaced(order)]);
          throw failure;
        }),
        failure,
      );
      await inUserTransaction(async (handle, query) => {
        const tx = store.adopt(handle);
        await publisher.publish(tx, [OrderPlaced({ ...order, total: 1 })]);
        await query("savepoint s");
        await publisher.publish(tx, [OrderPlaced({ ...order, total: 2 })]);
        await query("rollback to savepoint s");
        await publisher.publish(tx, [OrderPlaced({ ...order, total: 3 })]);
      });
      assert.deepEqual(
        (await outboxOf(store)).map(({ seq, body }) => [seq, JSON.parse(body).total]),
        [
          [1, 1],
          [2, 3],
        ],
      );
    });
  });
}

describe("what publishing in a transaction that cannot write refuses", () => {
  for (const { name, skip, open } of testStores.filter(({ name: kind }) => !kind.startsWith("sqlite")))
    it(`says so: ${name}`, { skip }, async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      await assert.rejects(
        inUserTransaction(async (handle, query) => {
          if (store.dialect === "postgres") await query("set transaction read only");
          else {
            await query("rollback");
            await query("start transaction read only");
          }
          await publisherOn(store).publish(store.adopt(handle), [Ping(1)]);
        }),
        coded("STORE_READ_ONLY"),
      );
      assert.deepEqual(await outboxOf(store), []);
    });

  for (const { name, skip, open } of testStores.filter(({ name: kind }) => kind.startsWith("postgres")))
    it(`says that the transaction has failed already: ${name}`, { skip }, async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      await assert.rejects(
        inUserTransaction(async (handle, query) => {
          await query("select 1 / 0").catch(() => {});
          await publisherOn(store).publish(store.adopt(handle), [Ping(1)]);
        }),
        coded("TX_ROLLED_BACK"),
      );
      assert.deepEqual(await outboxOf(store), []);
    });

  it("says so: an SQLite database that is read-only", async () => {
    const database = new DatabaseSync(":memory:");
    const store = sqlite(database);
    await migrate(store, outboxMigrations);
    database.exec("pragma query_only = 1; begin");
    assert.throws(
      () => publisherOn(store).publishSync(store.adopt(database), [Ping(1)]),
      coded("STORE_READ_ONLY"),
    );
    database.close();
  });
});
