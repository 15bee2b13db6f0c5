import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { park } from "../../src/consume/parked.ts";
import { numberOf } from "../../src/sql.ts";
import { testStores } from "../support/stores.ts";
import { Counted, effect, envelopeOf, Followed, quick, type Rig, rigOn } from "./rig.ts";

/** Parks a message as an earlier attempt, or an earlier process, left it. */
async function parkOn(
  rig: Rig,
  consumer: string,
  row: { readonly n: number; readonly started?: number; readonly failed?: number },
): Promise<string> {
  const envelope = envelopeOf({ n: row.n });
  const { store } = rig.open;
  await store.transaction((tx) => park(tx, store.tables, { consumer, envelope, ...row }));
  return envelope.id;
}

for (const testStore of testStores) {
  describe(`leases of parked messages on ${testStore.name}`, { skip: testStore.skip }, () => {
    it("rolls the handler's effects back when another worker has taken over meanwhile", async (test) => {
      const rig = await rigOn(test, testStore);
      const { store } = rig.open;
      const sqlite = store.dialect === "sqlite";
      let stolen = 0;
      await rig.start({
        name: "zombie",
        messages: Counted,
        // Where several may write, the thief comes in the middle of the handler; on SQLite just before its transaction.
        prepare: async () => {
          if (sqlite && stolen++ === 0) await steal(rig);
        },
        handler: async ({ n }, { tx, messageId, publish }) => {
          await effect(tx, store, "zombie", messageId, n);
          publish(Followed({ n }));
          if (!sqlite && stolen++ === 0) await steal(rig);
        },
        ...quick,
        leaseMs: 600,
      });
      await parkOn(rig, "zombie", { n: 1 });
      await rig.until(() => rig.of("consume.lease-lost").length === 1, "the lease is lost");
      assert.deepEqual(
        [await rig.count("effect"), await rig.count("outbox"), await rig.count("inbox")],
        [0, 0, 0],
      );
      assert.equal(await rig.count("parked"), 1, "it is the thief's now");
      // The thief does nothing about it: when its lease is over, the message is taken up again.
      await rig.until(() => rig.of("consume.handled").length === 1, "handled in the end");
      assert.deepEqual(
        [await rig.count("effect"), await rig.count("outbox"), await rig.count("parked")],
        [1, 1, 0],
      );
    });

    it("keeps the lease of a handler that takes longer, and nobody else takes its message", async (test) => {
      const rig = await rigOn(test, testStore);
      let prepared = 0;
      const definition = {
        name: "long",
        messages: Counted,
        prepare: async () => {
          prepared++;
          await new Promise((resolve) => setTimeout(resolve, 2_000));
        },
        handler: (
          { n }: { n: number },
          { tx, messageId }: { tx: Parameters<typeof effect>[0]; messageId: string },
        ) => effect(tx, rig.open.store, "long", messageId, n),
        ...quick,
        leaseMs: 900,
      };
      await rig.start(definition);
      await rig.start(definition, rig.open.again());
      await parkOn(rig, "long", { n: 1 });
      await rig.until(() => rig.of("consume.handled").length === 1, "handled");
      assert.deepEqual([prepared, await rig.count("effect"), rig.of("consume.lease-lost").length], [1, 1, 0]);
    });

    it("takes over what a worker left that is gone, and a lease that a clock set back made endless", async (test) => {
      const rig = await rigOn(test, testStore);
      const { store } = rig.open;
      const abandoned = await parkOn(rig, "heir", { n: 1, started: 1 });
      const endless = await parkOn(rig, "heir", { n: 2, started: 1 });
      const valid = await parkOn(rig, "heir", { n: 3, started: 1 });
      for (const [id, aheadMs] of [
        [abandoned, -1],
        [endless, 99 * 3_600_000],
        [valid, 60_000],
      ] as const)
        await rig.read(
          (tables) =>
            `update ${tables.of("parked")} set lease = 1, locked_until_ms = ${Date.now() + aheadMs} where message_id = ${store.dialect === "postgres" ? "$1" : "?"}`,
          [id],
        );
      await rig.start({
        name: "heir",
        messages: Counted,
        handler: ({ n }, { tx, messageId }) => effect(tx, store, "heir", messageId, n),
        ...quick,
      });
      await rig.until(() => rig.of("consume.handled").length === 2, "two are handled");
      await new Promise((resolve) => setTimeout(resolve, 60));
      assert.deepEqual((await rig.effects()).map(({ n }) => n).sort(), [1, 2]);
      assert.equal(await rig.count("parked"), 1);
    });

    it("tries what may bring the process down alone, and gives it up after three starts without a word", async (test) => {
      const rig = await rigOn(test, testStore);
      const { store } = rig.open;
      let running = 0;
      const alongside: Record<number, number> = {};
      const crashed = await parkOn(rig, "careful", { n: 1, started: 3 });
      const failedAndCrashed = await parkOn(rig, "careful", { n: 2, started: 5, failed: 2 });
      const suspects = [
        await parkOn(rig, "careful", { n: 3, started: 2 }),
        await parkOn(rig, "careful", { n: 4, started: 2 }),
      ];
      const innocents: string[] = [];
      for (let n = 10; n < 20; n++) innocents.push(await parkOn(rig, "careful", { n, started: n % 2 }));
      await rig.start({
        name: "careful",
        messages: Counted,
        prepare: async ({ n }) => {
          running++;
          await new Promise((resolve) => setTimeout(resolve, n < 10 ? 5 : 80));
          alongside[n] = running;
          running--;
        },
        handler: ({ n }, { tx, messageId }) => effect(tx, store, "careful", messageId, n),
        ...quick,
      });
      await rig.until(async () => (await rig.count("parked")) === 0, "all are dealt with");
      assert.deepEqual(
        rig
          .of("consume.dead-lettered")
          .map(({ messageId, reason }) => `${messageId} ${reason}`)
          .sort(),
        [`${crashed} crashed`, `${failedAndCrashed} crashed`].sort(),
      );
      assert.deepEqual(
        new Set((await rig.effects()).map(({ id }) => id)),
        new Set([...suspects, ...innocents]),
      );
      assert.deepEqual([alongside[3], alongside[4]], [1, 1]);
      assert.ok(Math.max(...Object.values(alongside)) > 1, "the others ran beside each other");
    });

    it("puts a redelivered message on record before it is tried, and off it again when it is handled", async (test) => {
      const rig = await rigOn(test, testStore);
      const { store } = rig.open;
      const seen: number[] = [];
      const { broker } = await rig.start({
        name: "recorded",
        messages: Counted,
        prepare: async () => {
          const [row = {}] = await rig.read(
            (tables) => `select started - failed as begun from ${tables.of("parked")}`,
          );
          seen.push(numberOf(row, "begun"));
        },
        handler: ({ n }, { tx, messageId }) => effect(tx, store, "recorded", messageId, n),
        ...quick,
      });
      const envelope = envelopeOf({ n: 1 });
      await broker.deliver(envelope, { redelivered: true });
      await rig.until(() => rig.of("consume.handled").length === 1, "handled");
      assert.deepEqual([seen, await rig.count("parked"), await rig.count("effect")], [[2], 0, 1]);
      await broker.deliver(envelope, { redelivered: true });
      assert.deepEqual(
        rig.of("consume.duplicate").map(({ known }) => known),
        ["done"],
      );
    });

    it("dead-letters the poison in a hundred alone, whatever its place", async (test) => {
      const rig = await rigOn(test, testStore);
      const poison = new Set([0, 49, 99]);
      const { broker } = await rig.start({
        name: "hundred",
        messages: Counted,
        attempts: 2,
        handler: async ({ n }, { tx, messageId }) => {
          await effect(tx, rig.open.store, "hundred", messageId, n);
          if (poison.has(n)) throw new Error("poison");
        },
        ...quick,
      });
      const all = Array.from({ length: 100 }, (_, n) => envelopeOf({ n }));
      await Promise.all(all.map((one) => broker.deliver(one)));
      await rig.until(() => rig.of("consume.dead-lettered").length === 3, "three dead letters");
      const handled = (await rig.effects()).map(({ n }) => n).sort((a, b) => a - b);
      assert.deepEqual(
        handled,
        all.map((_, n) => n).filter((n) => !poison.has(n)),
      );
      assert.deepEqual([await rig.count("dead_letter"), await rig.count("parked")], [3, 0]);
    });
  });
}

/** Another worker takes every parked row: its lease is over in 100 ms. */
async function steal(rig: Rig): Promise<void> {
  await rig.read(
    (tables) => `update ${tables.of("parked")} set lease = lease + 1, locked_until_ms = ${Date.now() + 100}`,
  );
}
