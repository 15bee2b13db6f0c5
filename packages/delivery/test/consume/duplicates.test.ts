import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HandlerContext } from "../../src/consume/definition.ts";
import { park } from "../../src/consume/parked.ts";
import { DeliveryError } from "../../src/errors.ts";
import { testStores } from "../support/stores.ts";
import { Counted, effect, envelopeOf, quick, type Running, rigOn } from "./rig.ts";

for (const testStore of testStores) {
  describe(`duplicates on ${testStore.name}`, { skip: testStore.skip }, () => {
    it("lets one of fifty at once take effect, over several connections, also when the first ones roll back", async (test) => {
      const rig = await rigOn(test, testStore);
      let runs = 0;
      const handler = async ({ n }: { n: number }, { tx, messageId }: HandlerContext): Promise<void> => {
        await effect(tx, rig.open.store, "once", messageId, n);
        // The first two runs of each message fail: those who wait for them go on.
        if (runs++ < 2) throw new Error("rolled back");
      };
      const definition = { name: "once", messages: Counted, handler, concurrency: 10, ...quick };
      const instances: Running[] = [];
      for (let at = 0; at < 5; at++) instances.push(await rig.start(definition, rig.open.again()));
      const envelopes = [1, 2, 3, 4].map((n) => envelopeOf({ n }));
      for (const envelope of envelopes) {
        runs = 0;
        const deliveries = Array.from({ length: 50 }, (_, at) =>
          instances[at % 5]!.broker.deliverUntilAcked(envelope),
        );
        await Promise.all(deliveries);
      }
      await rig.until(async () => (await rig.count("parked")) === 0, "all retried");
      const done = await rig.effects();
      assert.deepEqual(done.map(({ id }) => id).sort(), envelopes.map(({ id }) => id).sort());
      assert.equal(await rig.count("dead_letter"), 0);
      assert.equal(rig.of("consume.handled").length, 4);
    });

    it("refuses a message that is older than the window, unless it was redriven", async (test) => {
      const rig = await rigOn(test, testStore);
      const { broker } = await rig.start({
        name: "young",
        messages: Counted,
        dedupe: "1h",
        handler: ({ n }, { tx, messageId }) => effect(tx, rig.open.store, "young", messageId, n),
        ...quick,
      });
      const hourMs = 3_600_000;
      const old = envelopeOf({ n: 1 }, { timeMs: Date.now() - hourMs - 60_000 });
      const oldAgain = envelopeOf({ n: 2 }, { timeMs: Date.now() - hourMs - 60_000 });
      const young = envelopeOf({ n: 3 }, { timeMs: Date.now() - hourMs + 60_000 });
      await broker.deliver(old);
      await broker.deliver(oldAgain, { redelivered: true });
      await broker.deliver(young);
      assert.deepEqual(
        (await rig.effects()).map(({ n }) => n),
        [3],
      );
      assert.deepEqual(
        rig.of("consume.dead-lettered").map(({ reason }) => reason),
        ["too-old", "too-old"],
      );

      // What a redrive does: out of the dead letters, into the parked ones, in one transaction.
      await rig.open.store.transaction(async (tx) => {
        await tx.query(`delete from ${rig.open.store.tables.of("dead_letter")}`);
        await park(tx, rig.open.store.tables, { consumer: "young", envelope: old, redrives: 1 });
      });
      await rig.until(() => rig.of("consume.handled").length === 2, "redriven");
      await broker.deliver(old);
      assert.deepEqual((await rig.effects()).map(({ n }) => n).sort(), [1, 3]);
      assert.equal(await rig.count("dead_letter"), 0);
    });

    it("gives a message back, uncounted, while another transaction holds its inbox row", async (test) => {
      const rig = await rigOn(test, testStore);
      // SQLite has one writer: nobody can hold a row while another transaction begins.
      if (rig.open.store.dialect === "sqlite") return;
      const { broker } = await rig.start({
        name: "patient",
        messages: Counted,
        handler: ({ n }, { tx, messageId }) => effect(tx, rig.open.store, "patient", messageId, n),
        ...quick,
        lockTimeoutMs: 300,
      });
      const envelope = envelopeOf({ n: 1 });
      const { store } = rig.open;
      const marks = store.dialect === "postgres" ? "$1" : "?";
      let settled: { how: string; waitMs: number } | undefined;
      await assert.rejects(
        store.transaction(async (tx) => {
          await tx.query(
            `insert into ${store.tables.of("inbox")} (consumer, message_id, outcome, done_ms) values ('patient', ${marks}, 0, 1)`,
            [envelope.id],
          );
          settled = await broker.deliver(envelope);
          throw new Error("held long enough");
        }),
      );
      assert.equal(settled?.how, "released");
      assert.ok(settled.waitMs > 0);
      assert.equal(rig.of("consume.released")[0]?.because, "busy");
      assert.equal((await broker.deliver(envelope)).how, "acked");
      assert.deepEqual([(await rig.effects()).length, await rig.count("parked")], [1, 0]);
    });

    it("gives messages back while the store is away, without counting, and goes on when it is there again", async (test) => {
      const rig = await rigOn(test, testStore);
      const real = rig.open.store;
      let away = true;
      const store: typeof real = {
        ...real,
        transaction: (work, options) =>
          away
            ? Promise.reject(new DeliveryError("STORE_UNREACHABLE", "away"))
            : real.transaction(work, options),
      };
      const { broker } = await rig.start(
        {
          name: "steady",
          messages: Counted,
          handler: ({ n }, { tx, messageId }) => effect(tx, real, "steady", messageId, n),
          ...quick,
        },
        store,
      );
      const envelope = envelopeOf({ n: 1 });
      const waits: number[] = [];
      for (let at = 0; at < 5; at++) {
        const { how, waitMs } = await broker.deliver(envelope, { redelivered: at > 2 });
        assert.equal(how, "released");
        waits.push(waitMs);
      }
      // All that fails in one moment of an outage is one step of its waits; that they grow is tested beside `outage.ts`.
      assert.ok(
        waits.every((waitMs) => waitMs >= 125 && waitMs <= 375),
        String(waits),
      );
      away = false;
      assert.equal((await broker.deliver(envelope, { redelivered: true })).how, "acked");
      await rig.until(() => rig.of("consume.handled").length === 1, "handled");
      assert.deepEqual(
        [(await rig.effects()).length, await rig.count("parked"), await rig.count("dead_letter")],
        [1, 0, 0],
      );
    });
  });
}
