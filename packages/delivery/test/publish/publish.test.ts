import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { newTraceContext, parseTraceparent, seededRandom } from "@holdfast/core";
import { onCrashPoint } from "../../src/crash-points.ts";
import { shardOf } from "../../src/outbox/row.ts";
import { isUuid } from "../../src/uuid7.ts";
import { testStores } from "../support/stores.ts";
import {
  coded,
  countersOf,
  counting,
  OrderPlaced,
  OrderSeen,
  opened,
  outboxOf,
  Ping,
  publisherOn,
} from "./support.ts";

for (const { name, skip, open } of testStores) {
  describe(`publishing in the caller's transaction: ${name}`, { skip }, () => {
    it("writes the message with all that a broker needs, and its value as it was given", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      const trace = newTraceContext(seededRandom(3));
      const ids = await inUserTransaction((handle) =>
        publisherOn(store).publish(
          store.adopt(handle),
          [
            OrderPlaced(
              { orderId: "o-1", total: 12, note: "日本 \u0000 \ud800" },
              { headers: { tenant: "blue" } },
            ),
          ],
          { trace, correlationId: "c-1", causationId: "m-0" },
        ),
      );
      const [row, ...more] = await outboxOf(store);
      assert.deepEqual(more, []);
      assert.ok(row);
      const { headers, waitMs, createdMs: _, ageMs, ...rest } = row;
      assert.deepEqual(rest, {
        id: ids[0],
        type: "order.placed",
        source: "/shop",
        key: "o-1",
        seq: 1,
        shard: shardOf("o-1"),
        contentType: "application/json",
        body: '{"orderId":"o-1","total":12,"note":"日本 \\u0000 \\ud800"}',
        state: 0,
      });
      assert.ok(isUuid(row.id));
      assert.equal(waitMs, 0);
      assert.ok(ageMs >= 0 && ageMs < 60_000, `written ${ageMs} ms ago`);
      const { traceparent, ...others } = headers;
      const parent = parseTraceparent(traceparent ?? "");
      assert.equal(parent?.traceId, trace.traceId);
      assert.notEqual(parent?.parentId, trace.parentId);
      assert.deepEqual(others, {
        correlationid: "c-1",
        causationid: "m-0",
        dataschema: "/schemas/order/1",
        tenant: "blue",
      });
    });

    it("takes one statement, and two where the dialect cannot number in one", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      const seen: string[] = [];
      onCrashPoint((point) => seen.push(point));
      const statements = await inUserTransaction(async (handle) => {
        const counts: number[] = [];
        for (const messages of [
          [OrderSeen({ orderId: "a", total: 1 })],
          [OrderSeen({ orderId: "a", total: 1 }), Ping(null), OrderSeen({ orderId: "b", total: 1 })],
          [OrderPlaced({ orderId: "a", total: 1 })],
          [OrderPlaced({ orderId: "b", total: 1 }), OrderPlaced({ orderId: "a", total: 1 }), Ping(1)],
          [],
        ]) {
          const tx = counting(store.adopt(handle));
          await publisherOn(store).publish(tx, messages);
          counts.push(tx.statements());
        }
        return counts;
      });
      onCrashPoint(null);
      const ordered = store.dialect === "postgres" ? 1 : 2;
      assert.deepEqual(statements, [1, 1, ordered, ordered, 0]);
      assert.deepEqual(seen.slice(0, 2), ["publish:before-insert", "publish:after-insert"]);
      assert.equal((await outboxOf(store)).length, 8);
    });

    it("keeps the statement prepared where that is asked for, and writes the same", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      const publisher = publisherOn(store, {
        prepared: true,
        maxBytesOf: (type) => (type === "ping" ? 3 : 1_000),
      });
      const named: number[] = [];
      await inUserTransaction(async (handle, query) => {
        for (let total = 1; total <= 3; total++)
          for (const one of [OrderPlaced, OrderSeen])
            await publisher.publish(store.adopt(handle), [one({ orderId: "a", total })]);
        if (store.dialect !== "postgres") return;
        const rows = await query(
          "select statement from pg_prepared_statements where statement like '%outbox%'",
        );
        named.push((rows as unknown[]).length);
      });
      assert.deepEqual(named, store.dialect === "postgres" ? [2] : []);
      const rows = await outboxOf(store);
      assert.deepEqual(
        rows.map(({ seq }) => seq),
        [1, null, 2, null, 3, null],
      );
      await inUserTransaction((handle) =>
        assert.rejects(publisher.publish(store.adopt(handle), [Ping(1_000)]), coded("MESSAGE_TOO_LARGE")),
      );
    });

    it("numbers several messages of several keys in the order of the call", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      const publisher = publisherOn(store);
      await inUserTransaction((handle) =>
        publisher.publish(store.adopt(handle), [OrderPlaced({ orderId: "a", total: 0 })]),
      );
      const keys = ["b", "a", "c", "a", "b", "a"];
      await inUserTransaction((handle) =>
        publisher.publish(store.adopt(handle), [
          ...keys.map((orderId, total) => OrderPlaced({ orderId, total })),
          OrderSeen({ orderId: "a", total: 9 }),
        ]),
      );
      const rows = (await outboxOf(store)).filter(({ type }) => type === "order.placed").slice(1);
      assert.deepEqual(
        rows.map(({ key, seq, body }) => [key, seq, JSON.parse(body).total]),
        [
          ["b", 1, 0],
          ["a", 2, 1],
          ["c", 1, 2],
          ["a", 3, 3],
          ["b", 2, 4],
          ["a", 4, 5],
        ],
      );
      assert.deepEqual(await countersOf(store), {
        "order.placed/a": 4,
        "order.placed/b": 2,
        "order.placed/c": 1,
      });
      assert.deepEqual((await outboxOf(store)).at(-1)?.seq, null);
    });

    it("writes more rows than one statement may hold, ordered ones without a gap", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      const messages = Array.from({ length: 2_300 }, (_, at) =>
        at % 3 === 0 ? Ping(at) : OrderPlaced({ orderId: `k${at % 7}`, total: at }),
      );
      const ids = await inUserTransaction((handle) =>
        publisherOn(store).publish(store.adopt(handle), messages),
      );
      const rows = await outboxOf(store);
      assert.equal(rows.length, messages.length);
      assert.deepEqual(
        rows.map(({ id }) => id),
        ids,
      );
      for (let key = 0; key < 7; key++)
        assert.deepEqual(
          rows.filter((row) => row.key === `k${key}`).map(({ seq }) => seq),
          Array.from(
            rows.filter((row) => row.key === `k${key}`),
            (_, at) => at + 1,
          ),
        );
    });

    it("lets a delayed message wait by the database's clock", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      await inUserTransaction((handle) =>
        publisherOn(store).publish(store.adopt(handle), [Ping("later", { delayMs: 60_000 }), Ping("now")]),
      );
      const [later, now] = await outboxOf(store);
      assert.deepEqual([later?.state, now?.state, now?.waitMs], [1, 0, 0]);
      assert.ok(later !== undefined && later.waitMs > 0 && later.waitMs <= 60_000, String(later?.waitMs));
    });

    it("takes an id that is given for the message's own: twice is once, and takes no number", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      const publisher = publisherOn(store);
      const id = "0198c0de-0000-8000-8000-00000000000a";
      const loud = id.toUpperCase();
      for (const one of [loud, id])
        await inUserTransaction((handle) =>
          publisher.publish(store.adopt(handle), [
            Ping(1, { id: one }),
            OrderPlaced({ orderId: "k", total: 1 }, { id: "0198c0de-0000-8000-8000-00000000000b" }),
            OrderPlaced({ orderId: "k", total: 2 }),
            Ping(2, { id: one }),
          ]),
        );
      await inUserTransaction((handle) => publisher.publish(store.adopt(handle), [Ping(3, { id })]));
      const rows = await outboxOf(store);
      assert.deepEqual(rows.map(({ key, seq }) => `${key} ${seq}`).toSorted(), [
        "k 1",
        "k 2",
        "k 3",
        "null null",
      ]);
    });

    it("refuses a pool, and a transaction of another database", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      const other = store.dialect === "sqlite" ? "postgres" : "sqlite";
      const foreign = { dialect: other, query: () => assert.fail("asked") } as const;
      assert.throws(() => store.adopt(foreign), coded("TX_WRONG_DIALECT"));
      await assert.rejects(publisherOn(store).publish(foreign, [Ping(1)]), coded("TX_WRONG_DIALECT"));
      await inUserTransaction(async (handle) => {
        const tx = store.adopt(handle);
        await publisherOn(store).publish(store.adopt(tx), [Ping(1)]);
      });
      await store.transaction((tx) => publisherOn(store).publish(store.adopt(tx), [Ping(2)]));
      assert.equal((await outboxOf(store)).length, 2);
    });
  });
}
