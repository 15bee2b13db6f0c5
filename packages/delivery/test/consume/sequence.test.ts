import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { HandlerContext } from "../../src/consume/definition.ts";
import { park } from "../../src/consume/parked.ts";
import { skipSequence } from "../../src/consume/skip.ts";
import { numberOf } from "../../src/sql.ts";
import { testStores } from "../support/stores.ts";
import { effect, quick, type Rig, rigOn, Stepped, stepOf } from "./rig.ts";

/** Effects per key, in the order in which they were committed. */
async function orders(rig: Rig, keyOf: ReadonlyMap<string, string>): Promise<Record<string, number[]>> {
  const orders: Record<string, number[]> = {};
  for (const { id, n } of await rig.effects()) {
    const key = keyOf.get(id) ?? "?";
    orders[key] = [...(orders[key] ?? []), n];
  }
  return orders;
}

const upTo = (length: number): number[] => Array.from({ length }, (_, at) => at + 1);

for (const testStore of testStores) {
  describe(`a consumer by sequence on ${testStore.name}`, { skip: testStore.skip }, () => {
    it("handles each key's messages in order and once, in whatever order and however often they come, whatever fails", async (test) => {
      const rig = await rigOn(test, testStore);
      const keyOf = new Map<string, string>();
      const failing = new Set<string>();
      const definition = {
        name: "ordered",
        messages: Stepped,
        dedupe: "sequence",
        handler: async (
          { n }: { n: number },
          context: { tx: Parameters<typeof effect>[0]; messageId: string; seq: number | null },
        ) => {
          assert.equal(context.seq, n);
          await effect(context.tx, rig.open.store, "ordered", context.messageId, n);
          if (failing.delete(context.messageId)) throw new Error("once");
        },
        concurrency: 8,
        ...quick,
      };
      const instances = [await rig.start(definition), await rig.start(definition, rig.open.again())];
      let run = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
          fc.infiniteStream(fc.nat(1_000)),
          async (lengths, chance) => {
            run++;
            const next = (): number => chance.next().value as number;
            const keys = lengths.map((length, at) => ({ key: `${run}-${at}`, length }));
            const all = keys.flatMap(({ key, length }) => upTo(length).map((seq) => stepOf(key, seq)));
            for (const { id, key } of all) {
              keyOf.set(id, key as string);
              if (next() % 4 === 0) failing.add(id);
            }
            const arrivals = [...all, ...all.filter(() => next() % 3 === 0)]
              .map((envelope) => ({ envelope, place: next(), redelivered: next() % 5 === 0 }))
              .sort((a, b) => a.place - b.place);
            const settled = arrivals.map(({ envelope, place, redelivered }) =>
              instances[place % 2]!.broker.deliverUntilAcked(envelope, { redelivered }),
            );
            await Promise.all(settled);
            await rig.until(async () => (await rig.count("parked")) === 0, "nothing is parked");
            const done = await orders(rig, keyOf);
            for (const { key, length } of keys) assert.deepEqual(done[key], upTo(length), key);
          },
        ),
        { numRuns: testStore.name.startsWith("sqlite") ? 25 : 6, endOnFailure: true },
      );
      for (const type of [
        "consume.waiting",
        "consume.duplicate",
        "consume.failed",
        "consume.handled",
      ] as const)
        assert.ok(rig.of(type).length > 0, `${type} was reached`);
      assert.equal(await rig.count("dead_letter"), 0);
    });

    it("keeps what is behind a dead letter waiting, lets other keys go on, and catches up when it is redriven", async (test) => {
      const rig = await rigOn(test, testStore);
      const keyOf = new Map<string, string>();
      let broken = true;
      const { broker } = await rig.start({
        name: "holding",
        messages: Stepped,
        dedupe: "sequence",
        attempts: 2,
        sequence: { reportGapAfterMs: 40 },
        handler: async ({ n }, { tx, messageId, envelope }) => {
          if (broken && envelope.key === "a" && n === 2) throw new Error("broken");
          await effect(tx, rig.open.store, "holding", messageId, n);
        },
        ...quick,
      });
      const steps = ["a", "b"].flatMap((key) => upTo(4).map((seq) => stepOf(key, seq)));
      for (const one of steps) keyOf.set(one.id, one.key as string);
      await Promise.all(steps.map((one) => broker.deliver(one)));
      await rig.until(() => rig.of("consume.dead-lettered").length === 1, "the broken one is dead");
      await rig.until(() => rig.of("consume.gap").length >= 2, "the gap is reported");
      assert.deepEqual(await orders(rig, keyOf), { a: [1], b: [1, 2, 3, 4] });
      assert.deepEqual(
        new Set(rig.of("consume.gap").map(({ key, seq, missingSeq }) => `${key} ${seq} ${missingSeq}`)),
        new Set(["a 3 2"]),
      );
      // A duplicate of a dead letter is none of its redrives, and moves nothing.
      await broker.deliver(steps[1]!);
      const marks = await rig.read(
        (tables) => `select last_seq from ${tables.of("watermark")} order by last_seq`,
      );
      assert.deepEqual(
        marks.map((row) => numberOf(row, "last_seq")),
        [1, 4],
      );
      assert.deepEqual((await orders(rig, keyOf))["a"], [1]);

      broken = false;
      await redrive(rig, "holding", steps[1]!);
      await rig.until(async () => (await rig.count("parked")) === 0, "caught up");
      assert.deepEqual(await orders(rig, keyOf), { a: [1, 2, 3, 4], b: [1, 2, 3, 4] });
      await broker.deliver(steps[1]!);
      assert.deepEqual((await orders(rig, keyOf))["a"], [1, 2, 3, 4]);
    });

    it("goes on without a dead letter where it was told to, and applies it late, once, when it is redriven", async (test) => {
      const rig = await rigOn(test, testStore);
      const keyOf = new Map<string, string>();
      let broken = true;
      const { broker } = await rig.start({
        name: "skipping",
        messages: Stepped,
        dedupe: "sequence",
        attempts: 2,
        sequence: { afterDeadLetter: "skip" },
        handler: async ({ n }, { tx, messageId }) => {
          if (broken && n === 2) throw new Error("broken");
          await effect(tx, rig.open.store, "skipping", messageId, n);
        },
        ...quick,
      });
      const steps = upTo(4).map((seq) => stepOf("a", seq));
      for (const one of steps) keyOf.set(one.id, "a");
      await Promise.all(steps.map((one) => broker.deliver(one)));
      await rig.until(async () => (await rig.count("parked")) === 0, "went on");
      assert.deepEqual(await orders(rig, keyOf), { a: [1, 3, 4] });
      broken = false;
      await redrive(rig, "skipping", steps[1]!);
      await rig.until(async () => (await rig.count("parked")) === 0, "applied late");
      for (const one of steps) await broker.deliver(one);
      assert.deepEqual(await orders(rig, keyOf), { a: [1, 3, 4, 2] });
    });

    it("gives up waiting for what never comes, and takes the dead letters back in any order once it has come", async (test) => {
      const rig = await rigOn(test, testStore);
      const keyOf = new Map<string, string>();
      const definition = {
        name: "waiting",
        messages: Stepped,
        dedupe: "sequence",
        handler: ({ n }: { n: number }, { tx, messageId }: Pick<HandlerContext, "tx" | "messageId">) =>
          effect(tx, rig.open.store, "waiting", messageId, n),
        ...quick,
      } as const;
      const hasty = await rig.start({
        ...definition,
        sequence: { reportGapAfterMs: 20, giveUpGapAfterMs: 80 },
      });
      const steps = upTo(4).map((seq) => stepOf("a", seq));
      for (const one of steps) keyOf.set(one.id, "a");
      for (const one of steps.slice(1)) await hasty.broker.deliver(one);
      await rig.until(() => rig.of("consume.dead-lettered").length === 3, "all three are dead");
      assert.deepEqual(
        new Set(rig.of("consume.dead-lettered").map(({ reason }) => reason)),
        new Set(["gap"]),
      );
      assert.deepEqual(await orders(rig, keyOf), {});
      // What is taken back waits for those before it: on a busy machine longer than the hasty one would let it.
      await hasty.stop();
      const { broker } = await rig.start({ ...definition, sequence: { giveUpGapAfterMs: 30_000 } });
      await broker.deliver(steps[0]!);
      for (const at of [3, 1, 2]) await redrive(rig, "waiting", steps[at]!);
      await rig.until(async () => (await rig.count("parked")) === 0, "all applied");
      assert.deepEqual(await orders(rig, keyOf), { a: [1, 2, 3, 4] });
    });

    it("goes on behind what an operator skips, and takes what was skipped as a duplicate from then on", async (test) => {
      const rig = await rigOn(test, testStore);
      const keyOf = new Map<string, string>();
      const { broker } = await rig.start({
        name: "skipped",
        messages: Stepped,
        dedupe: "sequence",
        handler: ({ n }, { tx, messageId }) => effect(tx, rig.open.store, "skipped", messageId, n),
        ...quick,
      });
      const steps = upTo(5).map((seq) => stepOf("a", seq));
      for (const one of steps) keyOf.set(one.id, "a");
      for (const at of [0, 3, 4]) await broker.deliver(steps[at]!);
      const place = { consumer: "skipped", source: "/test", type: "test.stepped", key: "a" };
      assert.deepEqual(await skipSequence(rig.open.store, place, 3), { from: 1, to: 3, woke: true });
      await rig.until(async () => (await rig.count("parked")) === 0, "went on");
      assert.deepEqual(await skipSequence(rig.open.store, place, 3), { from: 5, to: 5, woke: false });
      await broker.deliver(steps[1]!);
      assert.deepEqual(await orders(rig, keyOf), { a: [1, 4, 5] });
    });

    it("begins a key with what arrives first where it was told to, and loses nothing from before", async (test) => {
      const rig = await rigOn(test, testStore);
      const keyOf = new Map<string, string>();
      const { broker } = await rig.start({
        name: "joining",
        messages: Stepped,
        dedupe: "sequence",
        sequence: { beginAt: "first-arrival" },
        handler: ({ n }, { tx, messageId }) => effect(tx, rig.open.store, "joining", messageId, n),
        ...quick,
      });
      const steps = upTo(9).map((seq) => stepOf("a", seq));
      for (const one of steps) keyOf.set(one.id, "a");
      for (const at of [6, 7, 2, 8, 6]) await broker.deliver(steps[at]!);
      assert.deepEqual(await orders(rig, keyOf), { a: [7, 8, 9] });
      assert.deepEqual(
        rig.of("consume.dead-lettered").map(({ seq, reason }) => [seq, reason]),
        [[3, "gap"]],
      );
      await broker.deliver(stepOf("a", 10, { seq: null }));
      assert.equal(rig.of("consume.dead-lettered").at(-1)?.reason, "invalid");
    });

    it("finds what comes too early even when the one before it commits at that very moment", async (test) => {
      const rig = await rigOn(test, testStore);
      // SQLite has one writer: there is no such moment.
      if (rig.open.store.dialect === "sqlite") return;
      const entered = Promise.withResolvers<void>();
      const asked = Promise.withResolvers<void>();
      const definition = {
        name: "meeting",
        messages: Stepped,
        dedupe: "sequence",
        handler: async ({ n }: { n: number }, { tx, messageId }: HandlerContext) => {
          if (n === 2) entered.resolve();
          if (n === 2) await asked.promise;
          await effect(tx, rig.open.store, "meeting", messageId, n);
        },
        ...quick,
      };
      const real = rig.open.again();
      // The second instance asks for the watermark while the first one holds it, and hears the answer when that has committed.
      const slow: typeof real = {
        ...real,
        transaction: (work, options) =>
          real.transaction(
            (tx) =>
              work({
                dialect: tx.dialect,
                async query(sql, params, name) {
                  const answer = tx.query(sql, params, name);
                  if (!/^(select first_seq|update.*watermark)/.test(sql)) return answer;
                  // PostgreSQL looks at what is committed and waits at the select; InnoDB waits at the update.
                  if (tx.dialect === "postgres" && sql.startsWith("update")) return answer;
                  asked.resolve();
                  await rig.until(() => rig.of("consume.handled").length > 1, "the second one committed");
                  return answer;
                },
              }),
            options,
          ),
      };
      const first = await rig.start(definition);
      const second = await rig.start(definition, slow);
      await first.broker.deliver(stepOf("a", 1));
      const two = first.broker.deliver(stepOf("a", 2));
      await entered.promise;
      await Promise.all([two, second.broker.deliver(stepOf("a", 3))]);
      await rig.until(() => rig.of("consume.handled").length === 3, "all are handled");
      assert.deepEqual(
        (await rig.effects()).map(({ n }) => n),
        [1, 2, 3],
      );
    });

    it("keeps one row per key, however many messages it has", async (test) => {
      const rig = await rigOn(test, testStore);
      const { broker } = await rig.start({
        name: "lean",
        messages: Stepped,
        dedupe: "sequence",
        handler: ({ n }, { tx, messageId }) => effect(tx, rig.open.store, "lean", messageId, n),
        ...quick,
      });
      for (const seq of upTo(30)) await broker.deliver(stepOf("a", seq));
      assert.deepEqual(
        [await rig.count("watermark"), await rig.count("inbox"), await rig.count("parked")],
        [1, 0, 0],
      );
      const [row = {}] = await rig.read((tables) => `select last_seq from ${tables.of("watermark")}`);
      assert.equal(numberOf(row, "last_seq"), 30);
    });
  });
}

/** What a redrive does: out of the dead letters, into the parked ones, in one transaction. */
async function redrive(rig: Rig, consumer: string, envelope: ReturnType<typeof stepOf>): Promise<void> {
  const { store } = rig.open;
  await store.transaction(async (tx) => {
    const mark = store.dialect === "postgres" ? "$1" : "?";
    const { count } = await tx.query(
      `delete from ${store.tables.of("dead_letter")} where message_id = ${mark}`,
      [envelope.id],
    );
    assert.equal(count, 1);
    assert.ok(await park(tx, store.tables, { consumer, envelope, redrives: 1 }));
  });
}
