import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { park, parkedOf } from "../../src/consume/parked.ts";
import { holdWatermark } from "../../src/consume/watermark.ts";
import { onCrashPoint } from "../../src/crash-points.ts";
import { bury } from "../../src/dead-letters/dead-letter.ts";
import { redrivenOf } from "../../src/dead-letters/redrive-header.ts";
import { appendRows } from "../../src/outbox/append.ts";
import { shardOf } from "../../src/outbox/row.ts";
import type { Store } from "../../src/store.ts";
import { ask, buryAll, letter, letterMigrations, lettersOf, newId, rowsIn } from "../support/letters.ts";
import { testStores } from "../support/stores.ts";

const actor = "ann";
const where = async (store: Store) => ({
  dead: await rowsIn(store, "dead_letter"),
  outbox: await rowsIn(store, "outbox"),
  parked: await rowsIn(store, "parked"),
  audit: await rowsIn(store, "dead_letter_audit"),
});

for (const { name, skip, open } of testStores) {
  describe(`dead letters are redriven: ${name}`, { skip }, () => {
    it("puts a consumer's letter among its parked messages, due now, under its own id", async () => {
      const { store, close } = await open(letterMigrations);
      const { letters, types } = lettersOf(store);
      const one = letter({ redrives: 1, envelope: { seq: 4, body: Buffer.from([0, 200]) } });
      await buryAll(store, [one]);

      const result = await letters.redrive({ ids: [one.id] }, { actor, note: "mended" });
      const [row = {}] = await ask(
        store,
        `select p.*, 0 as now_ms, due_ms - parked_ms as wait from ${store.tables.of("parked")} p`,
      );
      const parked = parkedOf(row);
      assert.deepEqual(
        { ...result, redriveId: null },
        { redriveId: null, redriven: 1, skipped: 0, looping: 0, end: "done" },
      );
      assert.deepEqual(redrivenOf(parked.envelope.headers), { redrives: 2, redriveId: result.redriveId });
      const { redriveid, ...headers } = parked.envelope.headers;
      assert.deepEqual(
        { ...parked.envelope, headers, body: [...parked.envelope.body] },
        { ...one.envelope, body: [0, 200] },
      );
      assert.deepEqual(
        [parked.started, parked.failed, parked.redrives, parked.state, Number(row["wait"]), row["consumer"]],
        [0, 0, 2, "due", 0, "billing"],
      );
      assert.deepEqual(parked.history, one.history);
      assert.deepEqual(await where(store), { dead: 0, outbox: 0, parked: 1, audit: 1 });
      assert.deepEqual(types(), ["dead-letters.redriven"]);
      await close();
    });

    it("puts a relay's letter into the outbox with its id, its number and its time", async () => {
      const { store, close } = await open(letterMigrations);
      const { letters } = lettersOf(store);
      const one = letter({ origin: "relay", envelope: { seq: 3 } });
      const other = letter({ origin: "relay", envelope: { key: null } });
      await buryAll(store, [one, other]);

      await letters.redrive({}, { actor });
      const rows = await ask(store, `select * from ${store.tables.of("outbox")}`);
      const row = (id: string) => rows.find((each) => each["id"] === id) ?? {};
      const numbers = ["seq", "shard", "created_ms", "started", "failed", "state"];
      const seen = (id: string) =>
        numbers.map((column) => (row(id)[column] === null ? null : Number(row(id)[column])));
      assert.deepEqual(seen(one.envelope.id), [3, shardOf("k1"), one.envelope.timeMs, 0, 0, 0]);
      assert.deepEqual(seen(other.envelope.id), [null, null, other.envelope.timeMs, 0, 0, 0]);
      assert.equal(redrivenOf(JSON.parse(String(row(one.envelope.id)["headers"]))).redrives, 1);
      assert.equal(await rowsIn(store, "outbox_key"), 0, "no number was taken");
      assert.deepEqual(await where(store), { dead: 0, outbox: 2, parked: 0, audit: 2 });
      await close();
    });

    it("is in one place when the process dies in the middle", async () => {
      const { store, close } = await open(letterMigrations);
      const { letters } = lettersOf(store);
      await buryAll(store, [letter(), letter({ origin: "relay" })]);
      for (const point of ["dead-letters:before-redrive", "dead-letters:before-discard"] as const) {
        onCrashPoint((passed) => {
          if (passed === point) throw new Error("dies");
        });
        const ends = point.endsWith("redrive")
          ? letters.redrive({}, { actor })
          : letters.discard({}, { actor, all: true });
        await assert.rejects(ends, /^Error: dies$/).finally(() => onCrashPoint(null));
        assert.deepEqual(await where(store), { dead: 2, outbox: 0, parked: 0, audit: 0 }, point);
      }
      await close();
    });

    it("sends each letter once when two operators redrive the same ones", async () => {
      const { store, again, close } = await open(letterMigrations);
      const made = Array.from({ length: 30 }, (_, at) =>
        letter({ origin: at % 2 === 0 ? "relay" : "consumer" }),
      );
      await buryAll(store, made);
      const operators = [lettersOf(store), lettersOf(again()), lettersOf(again())];

      // What went back leaves at once, as with a fast relay: nothing but the letters themselves keeps a second one from going.
      let running = true;
      const left: string[] = [];
      const drain = async (): Promise<void> => {
        for (const [table, id] of [
          ["outbox", "id"],
          ["parked", "message_id"],
        ] as const)
          for (const row of await ask(store, `delete from ${store.tables.of(table)} returning ${id} as id`))
            left.push(String(row["id"]));
      };
      const draining = (async () => {
        while (running) await drain();
        await drain();
      })();
      const results = await Promise.all(
        operators.map(({ letters }) => letters.redrive({}, { actor, rate: 30 })),
      );
      running = false;
      await draining;
      const went = operators.flatMap(({ events }) =>
        events.flatMap((event) => (event.type === "dead-letters.redriven" ? [event.letterId] : [])),
      );
      assert.deepEqual(went.toSorted(), made.map(({ id }) => id).toSorted());
      assert.deepEqual(left.toSorted(), made.map(({ envelope }) => envelope.id).toSorted());
      assert.equal(
        results.reduce((sum, { redriven }) => sum + redriven, 0),
        30,
      );
      assert.deepEqual(await where(store), { dead: 0, outbox: 0, parked: 0, audit: 30 });
      await close();
    });

    it("keeps to the rate, takes none twice while all of them die again, and names those that loop", async () => {
      const { store, close } = await open(letterMigrations);
      const { letters, events, clock } = lettersOf(store);
      await buryAll(
        store,
        Array.from({ length: 10 }, () => letter()),
      );

      for (let round = 1; round <= 4; round++) {
        const startedMs = clock.monotonic();
        const result = await letters.redrive({}, { actor, rate: 20 });
        assert.deepEqual([result.redriven, result.end], [10, "done"]);
        assert.equal(result.looping, round > 3 ? 10 : 0);
        assert.equal(Math.round(clock.monotonic() - startedMs), 500);
        const rows = await ask(store, `select p.*, 0 as now_ms from ${store.tables.of("parked")} p`);
        await store.transaction(async (tx) => {
          await tx.query(`delete from ${store.tables.of("parked")}`);
          for (const { envelope } of rows.map(parkedOf))
            await bury(tx, store.tables, { ...letter(), redrives: 0, envelope });
        });
      }
      const looping = events.filter(({ type }) => type === "dead-letters.looping");
      assert.equal(looping.length, 10);
      assert.equal((await letters.statistics()).groups[0]?.redrivesMost, 4);
      assert.equal(await letters.count({ redrivesMax: 3 }), 0);
      await close();
    });

    it("leaves a letter where it is whose message is on its way already, and goes on with the others", async () => {
      const { store, close } = await open(letterMigrations);
      const { letters, events } = lettersOf(store);
      const made = [letter({ origin: "relay" }), letter({ origin: "relay" }), letter(), letter()];
      await buryAll(store, made);
      const [twin, , parkedTwin] = made;
      await store.transaction(async (tx) => {
        await appendRows(tx, store.tables, [
          { ...(twin?.envelope ?? made[0]!.envelope), ordered: false, delayMs: 0 } as never,
        ]);
        await park(tx, store.tables, { consumer: "billing", envelope: parkedTwin!.envelope });
      });

      const result = await letters.redrive({}, { actor });
      assert.deepEqual([result.redriven, result.skipped], [2, 2]);
      assert.deepEqual(
        events.flatMap((event) => (event.type === "dead-letters.skipped" ? [event.letterId] : [])).toSorted(),
        [twin!.id, parkedTwin!.id].toSorted(),
      );
      assert.deepEqual(await where(store), { dead: 2, outbox: 2, parked: 2, audit: 2 });
      await close();
    });

    it("only counts in a dry run, ends at the limit and when it is told to", async () => {
      const { store, close } = await open(letterMigrations);
      const { letters } = lettersOf(store);
      await buryAll(store, [...Array.from({ length: 9 }, () => letter()), letter({ redrives: 3 })]);

      const dry = await letters.redrive({}, { actor, dryRun: true });
      assert.deepEqual(dry, { redriveId: null, redriven: 10, skipped: 0, looping: 1, end: "done" });
      assert.equal((await letters.redrive({}, { actor, dryRun: true, limit: 4 })).end, "limit");
      assert.deepEqual(await where(store), { dead: 10, outbox: 0, parked: 0, audit: 0 });

      const some = await letters.redrive({}, { actor, limit: 4, rate: 1000 });
      assert.deepEqual([some.redriven, some.end], [4, "limit"]);
      const stopped = await letters.redrive({}, { actor, signal: AbortSignal.abort() });
      assert.deepEqual([stopped.redriven, stopped.end], [0, "aborted"]);
      assert.equal((await where(store)).dead, 6);
      await assert.rejects(letters.redrive({}, { actor, rate: 0 }), /above 0/);
      await close();
    });

    it("lets a key go on that waited for a letter which is discarded, and no other one", async () => {
      const { store, close } = await open(letterMigrations);
      const { letters } = lettersOf(store);
      const of = (seq: number, key = "k1") => letter({ envelope: { seq, key } });
      await buryAll(store, [of(5), of(4), of(9, "k2")]);
      await store.transaction(async (tx) => {
        for (const key of ["k1", "k2"]) {
          await holdWatermark(
            tx,
            store.tables,
            { consumer: "billing", source: "/orders", type: "order.placed", key },
            4,
          );
          await park(tx, store.tables, {
            consumer: "billing",
            envelope: of(key === "k1" ? 6 : 10, key).envelope,
            state: "gap",
            waitMs: 60_000,
          });
        }
      });

      assert.deepEqual(await letters.discard({}, { actor, all: true }), {
        discarded: 3,
        unblocked: 2,
        end: "done",
      });
      const key = store.dialect === "mysql" ? "`key`" : "key";
      const marks = await ask(store, `select last_seq from ${store.tables.of("watermark")} order by ${key}`);
      assert.deepEqual(
        marks.map((row) => Number(row["last_seq"])),
        [5, 3],
      );
      const waiting = await ask(
        store,
        `select seq, due_ms - parked_ms as wait from ${store.tables.of("parked")} order by seq`,
      );
      assert.deepEqual(
        waiting.map((row) => [Number(row["seq"]), Number(row["wait"]) >= 60_000]),
        [
          [6, false],
          [10, true],
        ],
      );
      await close();
    });

    it("discards for good and keeps on record what it was, and not its payload", async () => {
      const { store, close } = await open(letterMigrations);
      const { letters, types } = lettersOf(store);
      const one = letter({ reason: "rejected" });
      await buryAll(store, [one, letter({ origin: "relay" })]);

      await assert.rejects(letters.discard({}, { actor }), /names nothing/);
      assert.deepEqual(await letters.discard({}, { actor, all: true, dryRun: true }), {
        discarded: 2,
        unblocked: 0,
        end: "done",
      });
      assert.equal((await where(store)).dead, 2);
      assert.deepEqual(await letters.discard({ reason: "rejected" }, { actor, note: "test data" }), {
        discarded: 1,
        unblocked: 0,
        end: "done",
      });
      const [row = {}] = await ask(store, `select * from ${store.tables.of("dead_letter_audit")}`);
      const { id: _, at_ms: at, ...kept } = row;
      assert.deepEqual(
        { ...kept },
        {
          letter_id: one.id,
          message_id: one.envelope.id,
          type: "order.placed",
          consumer: "billing",
          reason: "rejected",
          action: "discarded",
          actor,
          note: "test data",
          redrive_id: null,
        },
      );
      assert.ok(Math.abs(Number(at) - Date.now()) < 60_000);
      assert.equal(await letters.show(one.id), null);
      assert.deepEqual(types(), ["dead-letters.discarded"]);
      assert.notEqual(newId(), newId());
      await close();
    });
  });
}
