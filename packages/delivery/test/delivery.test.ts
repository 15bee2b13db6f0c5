import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { z } from "zod";
import type { Broker } from "../src/broker.ts";
import { inProcess } from "../src/brokers/in-process.ts";
import { rabbitmq } from "../src/brokers/rabbitmq.ts";
import { delivery } from "../src/delivery.ts";
import { isDeliveryError } from "../src/errors.ts";
import type { DeliveryEvent } from "../src/events.ts";
import { message } from "../src/message.ts";
import { saga } from "../src/saga/builder.ts";
import { migrations } from "../src/schema.ts";
import { absent, ownName, servers } from "./support/servers.ts";
import { testStores } from "./support/stores.ts";

const OrderPlaced = message("order.placed", {
  schema: z.object({ orderId: z.string(), total: z.number() }),
  key: ({ orderId }) => orderId,
});
const InvoiceIssued = message("invoice.issued", { schema: v.object({ orderId: v.string() }) });
const Delivered = message("parcel.delivered", { schema: v.object({ orderId: v.string() }) });

const shipping = saga("ship-order", z.object({ orderId: z.string() }))
  .step("book", { do: ({ orderId }) => ({ parcel: `p-${orderId}` }), undo: () => {} })
  .pivot("send", { do: () => null })
  .wait("delivered", { for: Delivered, match: ({ orderId }) => orderId, by: "1d", else: "escalate" });

const coded = (code: string) => (error: unknown) => isDeliveryError(error) && error.code === code;

async function until(met: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let waited = 0; waited < 15_000; waited += 20) {
    if (await met()) return;
    await sleep(20);
  }
  assert.fail(`not seen within 15 s: ${what}`);
}

const rabbitAbsent = await absent("rabbitmq");

interface Bus {
  readonly name: string;
  readonly skip: string | false;
  make(): Broker;
}

const buses: readonly Bus[] = [
  { name: "in process", skip: false, make: () => inProcess() as Broker },
  {
    name: "rabbitmq",
    skip: rabbitAbsent,
    make: () =>
      rabbitmq({
        url: servers.rabbitmq.url,
        exchange: ownName(),
        declare: { autoDelete: true } as never,
      }) as Broker,
  },
];

for (const { name, skip, open } of testStores)
  for (const bus of buses.slice(0, name === "postgres by pg" ? 2 : 1))
    describe(`a delivery: ${name}, ${bus.name}`, { skip: skip || bus.skip }, () => {
      it("takes an order from its transaction to two consumers and back to a saga", async () => {
        const { store, inUserTransaction, close } = await open(migrations);
        const events: DeliveryEvent[] = [];
        const d = delivery({
          store,
          brokers: { bus: bus.make() },
          sagas: [shipping],
          onEvent: (event) => events.push(event),
        });
        const suffix = ownName();
        const billed: string[] = [];
        const told: string[] = [];
        d.consume(`billing-${suffix}`, OrderPlaced, ({ orderId }, { publish }) => {
          billed.push(orderId);
          publish(InvoiceIssued({ orderId }));
        });
        d.consume(`mail-${suffix}`, InvoiceIssued, ({ orderId }, { publish }) => {
          told.push(orderId);
          publish(Delivered({ orderId }));
        });
        const stop = new AbortController();
        const running = d.run({ signal: stop.signal });

        await inUserTransaction(async (handle) => {
          await d.publish(handle, OrderPlaced({ orderId: "o-1", total: 42 }));
          await d.start(handle, shipping, { orderId: "o-1" }, { id: "o-1" });
        });
        d.wake();
        await assert.rejects(
          inUserTransaction(async (handle) => {
            await d.publish(handle, OrderPlaced({ orderId: "o-2", total: 1 }));
            throw new Error("no");
          }),
          /no/,
        );
        await d.transaction(({ publish }) => publish(OrderPlaced({ orderId: "o-3", total: 7 })));
        await until(() => told.length >= 2, "two invoices");
        await until(async () => (await d.sagas.get("o-1")).status === "completed", "the saga's end");

        assert.deepEqual(billed.toSorted(), ["o-1", "o-3"]);
        assert.deepEqual(told.toSorted(), ["o-1", "o-3"]);
        await until(async () => (await d.backlog()).outbox.messages === 0, "an empty outbox");
        assert.equal(await d.dead.count(), 0);
        assert.ok(d.guarantees() !== null && (await d.doctor()).asked.includes("schema"));
        stop.abort();
        await running;
        await d.close();
        await close();
      });
    });

describe("a delivery that is set up wrong", () => {
  const [memory] = testStores;

  it("names what is wrong with routes and consumers", async () => {
    const { store, close } = (await memory?.open(migrations)) ?? assert.fail();
    const d = delivery({ store, brokers: { one: inProcess() as Broker, two: inProcess() as Broker } });
    assert.throws(() => d.route(OrderPlaced, "three" as never), coded("CONFIGURATION"));
    d.route(OrderPlaced, "one");
    assert.throws(() => d.route(OrderPlaced, "two"), coded("CONFIGURATION"));
    assert.throws(() => d.consume("billing", OrderPlaced, () => {}), /say which one/);
    const note = { orderId: "o-1" };
    await assert.rejects(d.publishNow(InvoiceIssued(note)), coded("MESSAGE_ROUTE_MISSING"));
    d.consume("billing", OrderPlaced, () => {}, { broker: "one" });
    assert.throws(() => d.consume("billing", OrderPlaced, () => {}, { broker: "one" }), /already/);
    await d.close();
    await close();
  });

  it("refuses what cannot be, when it is said", async () => {
    const { store, close } = (await memory?.open(migrations)) ?? assert.fail();
    assert.throws(() => delivery({ store: undefined as never }), coded("CONFIGURATION"));
    assert.throws(() => delivery({ store, relay: { order: "x" as never } }), coded("CONFIGURATION"));
    assert.throws(() => message("no.schema", {} as never), coded("CONFIGURATION"));
    const d = delivery({ store });
    assert.throws(() => d.consume("billing", OrderPlaced, undefined as never), coded("CONFIGURATION"));
    assert.throws(
      () => d.idempotent({ mode: "x" as never, scope: () => "" }, () => new Response()),
      coded("CONFIGURATION"),
    );
    await d.close();
    assert.throws(() => d.run(), coded("DISPOSED"));
    await close();
  });

  it("lets nothing be published, and nobody else commit, behind a transaction's back", async () => {
    for (const testStore of testStores.filter(({ skip }) => skip === false)) {
      const { store, close } = await testStore.open(migrations);
      const d = delivery({ store });
      let late: ((...messages: never[]) => void) | null = null;
      await d.transaction(({ publish }) => {
        late = publish as never;
      });
      assert.throws(
        () => late?.(OrderPlaced({ orderId: "o-1", total: 1 }) as never),
        coded("TX_NOT_A_TRANSACTION"),
      );
      for (const sql of ["commit", " ROLLBACK", "begin", "start transaction"])
        await assert.rejects(
          d.transaction(async ({ tx, publish }) => {
            publish(OrderPlaced({ orderId: "o-1", total: 1 }));
            await tx.query(sql);
          }),
          coded("TX_CONTROL_STATEMENT"),
          `${testStore.name}: ${sql}`,
        );
      await d.transaction(async ({ tx }) => {
        await tx.query("savepoint one");
        await tx.query("rollback to savepoint one");
      });
      assert.equal((await d.backlog()).outbox.messages, 0);
      await d.close();
      await close();
    }
  });

  it("lets the event loop turn in a loop over transactions", async () => {
    const { store, close } = (await memory?.open(migrations)) ?? assert.fail();
    const d = delivery({ store });
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 0);
    for (let at = 0; at < 1_000; at++) await d.transaction(() => {});
    clearInterval(turning);
    assert.ok(turns > 0);
    await d.close();
    await close();
  });

  it("says what to do where tables are there and their migration is not recorded", async () => {
    const { store, close } = (await memory?.open(migrations)) ?? assert.fail();
    await store.transaction((tx) =>
      tx.query(`delete from ${store.tables.of("migrations")} where id = 'sagas-1'`),
    );
    const d = delivery({ store });
    await assert.rejects(d.migrate(), (error: unknown) => {
      assert.ok(isDeliveryError(error) && error.code === "STORE_SCHEMA_OLD");
      assert.match(error.remedy, /insert.*sagas-1/);
      return true;
    });
    await d.close();
    await close();
  });

  it("does not run on a schema that is not there", async () => {
    const { store, close } = (await memory?.open([])) ?? assert.fail();
    const d = delivery({ store });
    await assert.rejects(d.run(), coded("STORE_SCHEMA_MISSING"));
    assert.ok((await d.migrate()).length >= 5);
    assert.deepEqual(await d.migrate(), []);
    await d.close();
    await close();
  });
});
