import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Random, seededRandom } from "@holdfast/core";
import { isDeliveryError } from "../../src/errors.ts";
import type { Store } from "../../src/store.ts";
import type { OpenStore } from "../support/stores.ts";
import { testStores } from "../support/stores.ts";
import { coded, countersOf, OrderPlaced, opened, outboxOf, Ping, publisherOn } from "./support.ts";

const many = testStores.filter(({ name }) => !name.startsWith("sqlite"));

/** Runs the work again as long as the database says that it met another transaction. */
async function untilDone(work: () => Promise<unknown>, seen: { conflicts: number }): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (failure) {
      if (!isDeliveryError(failure) || failure.code !== "STORE_CONFLICT") throw failure;
      seen.conflicts += 1;
    }
  }
}

/** Writers that commit, roll back and roll back to savepoints at random, over keys that all of them share. */
async function writeAtRandom(
  { store, inUserTransaction }: OpenStore,
  writers: number,
  transactions: number,
  random: Random,
): Promise<{ readonly committed: ReadonlySet<string>; readonly rolledBack: ReadonlySet<string> }> {
  const publisher = publisherOn(store);
  const committed = new Set<string>();
  const rolledBack = new Set<string>();
  const seen = { conflicts: 0 };
  const messages = (chance: Random) =>
    Array.from({ length: chance.integer(1, 4) }, () =>
      OrderPlaced({ orderId: `k${chance.integer(0, 4)}`, total: 1 }),
    );
  const transaction = async (chance: Random): Promise<void> => {
    const ids: string[] = [];
    const lost: string[] = [];
    const fails = chance.next() < 0.3;
    await inUserTransaction(async (handle, query) => {
      const tx = store.adopt(handle);
      const first = messages(chance);
      ids.push(...(await publisher.publish(tx, first)));
      if (chance.next() < 0.3) {
        await query("savepoint s");
        // The same keys: others could be locked crosswise, which another test is about.
        lost.push(...(await publisher.publish(tx, first)));
        await query("rollback to savepoint s");
      }
      if (fails) throw new Error("rolled back");
    }).catch((failure: unknown) => {
      if (!(failure instanceof Error && failure.message === "rolled back")) throw failure;
    });
    for (const id of lost) rolledBack.add(id);
    for (const id of ids) (fails ? rolledBack : committed).add(id);
  };
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const chance = random.fork(`writer ${writer}`);
      for (let at = 0; at < transactions; at++) await untilDone(() => transaction(chance), seen);
    }),
  );
  return { committed, rolledBack };
}

async function assertGapless(store: Store): Promise<void> {
  const numbers = new Map<string, { seq: number; createdMs: number }[]>();
  for (const { type, key, seq, createdMs } of await outboxOf(store))
    if (seq !== null)
      numbers.set(`${type}/${key}`, [...(numbers.get(`${type}/${key}`) ?? []), { seq, createdMs }]);
  for (const [key, list] of numbers) {
    list.sort((a, b) => a.seq - b.seq);
    assert.deepEqual(
      list.map(({ seq }) => seq),
      Array.from(list, (_, at) => at + 1),
      key,
    );
    // Written while the key was locked, so in the order of the commits.
    const times = list.map(({ createdMs }) => createdMs);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
      key,
    );
  }
  assert.deepEqual(
    Object.fromEntries([...numbers].map(([key, list]) => [key, list.length])),
    await countersOf(store),
  );
}

for (const { name, skip, open } of testStores) {
  describe(`publishing by many at once: ${name}`, { skip }, () => {
    it("numbers each key without gaps, keeps what was committed and nothing of what was not", async (t) => {
      const opening = await opened(t, open);
      // SQLite has one writer at a time, and this test's connection to it one transaction.
      const writers = opening.store.dialect === "sqlite" ? 1 : 8;
      const { committed, rolledBack } = await writeAtRandom(
        opening,
        writers,
        160 / writers,
        seededRandom(11),
      );
      assert.deepEqual(new Set((await outboxOf(opening.store)).map(({ id }) => id)), committed);
      assert.ok(rolledBack.size > 20 && committed.size > 100, `${rolledBack.size} ${committed.size}`);
      await assertGapless(opening.store);
    });
  });
}

for (const { name, skip, open } of many) {
  describe(`two transactions that publish the same keys: ${name}`, { skip }, () => {
    it("never wait for each other when each publishes its keys in one call, in whatever order", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      const publisher = publisherOn(store);
      const publish = (keys: readonly string[]) =>
        inUserTransaction((handle) =>
          publisher.publish(
            store.adopt(handle),
            keys.map((orderId) => OrderPlaced({ orderId, total: 1 })),
          ),
        );
      await Promise.all(
        Array.from({ length: 40 }, (_, at) => publish(at % 2 === 0 ? ["A", "B", "C"] : ["C", "B", "A"])),
      );
      await assertGapless(store);
      assert.deepEqual(await countersOf(store), {
        "order.placed/A": 40,
        "order.placed/B": 40,
        "order.placed/C": 40,
      });
    });

    it("get STORE_CONFLICT when several calls lock them crosswise, and go through when run again", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      const publisher = publisherOn(store);
      const seen = { conflicts: 0 };
      let waiting = 2;
      let meet = (): void => {};
      const both = new Promise<void>((resolve) => {
        meet = resolve;
      });
      const crosswise = (keys: readonly string[]) =>
        untilDone(
          () =>
            inUserTransaction(async (handle) => {
              for (const orderId of keys) {
                await publisher.publish(store.adopt(handle), [OrderPlaced({ orderId, total: 1 })]);
                if (--waiting === 0) meet();
                await both;
              }
            }),
          seen,
        );
      await Promise.all([crosswise(["A", "B"]), crosswise(["B", "A"])]);
      assert.ok(seen.conflicts >= 1);
      assert.deepEqual(await countersOf(store), { "order.placed/A": 2, "order.placed/B": 2 });
      await assertGapless(store);
    });

    it("write one message when both publish the same id", async (t) => {
      const { store, inUserTransaction } = await opened(t, open);
      const publisher = publisherOn(store);
      const seen = { conflicts: 0 };
      const first = { id: crypto.randomUUID() };
      const second = { id: crypto.randomUUID() };
      const both = () =>
        untilDone(
          () =>
            inUserTransaction((handle) =>
              publisher.publish(store.adopt(handle), [
                OrderPlaced({ orderId: "k", total: 1 }, first),
                Ping(1, second),
              ]),
            ),
          seen,
        );
      await Promise.all(Array.from({ length: 6 }, both));
      assert.equal((await outboxOf(store)).length, 2);
      assert.deepEqual(await countersOf(store), { "order.placed/k": 1 });
    });
  });
}

for (const { name, skip, open } of many.filter(({ name: kind }) => kind.startsWith("postgres")))
  it(`publishing again after a serialization failure leaves one message: ${name}`, { skip }, async (t) => {
    const { store, inUserTransaction } = await opened(t, open);
    const publisher = publisherOn(store);
    const seen = { conflicts: 0 };
    let tries = 0;
    await untilDone(
      () =>
        inUserTransaction(async (handle, query) => {
          await query("set transaction isolation level repeatable read");
          await query(`select count(*) from ${store.tables.of("outbox_key")}`);
          if (++tries === 1)
            await store.transaction((tx) => publisher.publish(tx, [OrderPlaced({ orderId: "k", total: 1 })]));
          await publisher.publish(store.adopt(handle), [OrderPlaced({ orderId: "k", total: 2 })]);
        }),
      seen,
    );
    assert.equal(seen.conflicts, 1);
    assert.deepEqual(
      (await outboxOf(store)).map(({ seq, body }) => [seq, JSON.parse(body).total]),
      [
        [1, 1],
        [2, 2],
      ],
    );
    await assert.rejects(
      inUserTransaction((handle) =>
        publisher.publish(store.adopt(handle), [OrderPlaced({ orderId: "", total: 2 })]),
      ),
      coded("MESSAGE_KEY_INVALID"),
    );
  });
