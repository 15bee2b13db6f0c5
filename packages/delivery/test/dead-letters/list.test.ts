import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeliveryError } from "../../src/errors.ts";
import { allOf, ask, buryAll, letter, letterMigrations, lettersOf } from "../support/letters.ts";
import { testStores } from "../support/stores.ts";

for (const { name, skip, open } of testStores) {
  describe(`dead letters are listed: ${name}`, { skip }, () => {
    it("finds letters by each of what a filter may name", async () => {
      const { store, close } = await open(letterMigrations);
      const { letters } = lettersOf(store);
      const one = letter({ error: "TypeError: 100%_sure\n    at x", reason: "rejected" });
      const other = letter({ origin: "relay", redrives: 5, envelope: { type: "invoice.issued", key: null } });
      await buryAll(store, [one, other]);

      const matching = async (filter: Parameters<typeof letters.list>[0]) =>
        (await allOf(letters.list(filter))).map(({ id }) => (id === one.id ? "one" : "other"));
      assert.deepEqual((await matching({})).toSorted(), ["one", "other"]);
      assert.deepEqual(await matching({ type: "order.placed" }), ["one"]);
      assert.deepEqual(await matching({ type: { type: "invoice.issued" } }), ["other"]);
      assert.deepEqual(await matching({ consumer: "billing" }), ["one"]);
      assert.deepEqual(await matching({ origin: "relay" }), ["other"]);
      assert.deepEqual(await matching({ reason: "rejected" }), ["one"]);
      assert.deepEqual(await matching({ key: "k1" }), ["one"]);
      assert.deepEqual(await matching({ messageId: other.envelope.id }), ["other"]);
      assert.deepEqual(await matching({ ids: [one.id.toUpperCase()] }), ["one"]);
      assert.deepEqual(await matching({ ids: [] }), []);
      assert.deepEqual(await matching({ text: "typeerror: 100%_S" }), ["one"]);
      assert.deepEqual(await matching({ text: "100%%sure" }), []);
      assert.deepEqual(await matching({ redrivesMax: 4 }), ["one"]);
      assert.deepEqual(await matching({ since: "1h", type: "order.placed" }), ["one"]);
      assert.deepEqual(await matching({ until: "1h" }), []);
      assert.deepEqual(await matching({ since: Date.now() + 3_600_000 }), []);
      assert.deepEqual(await matching({ until: Date.now() + 3_600_000, origin: "relay" }), ["other"]);
      assert.equal(await letters.count({ origin: "relay" }), 1);
      await close();
    });

    it("reads page by page, by death and then by id, and misses none while others come and go", async () => {
      const { store, close } = await open(letterMigrations);
      const { letters } = lettersOf(store);
      const made = Array.from({ length: 450 }, () => letter());
      await store.transaction(async (tx) => {
        const { bury } = await import("../../src/dead-letters/dead-letter.ts");
        for (const one of made) await bury(tx, store.tables, one);
      });
      // Many that died in the same millisecond: the id has to tell them apart.
      await ask(store, `update ${store.tables.of("dead_letter")} set dead_ms = dead_ms - dead_ms % 100000`);

      const seen: string[] = [];
      for await (const { id } of letters.list({}, { order: "oldest" })) {
        if (seen.length === 10) await buryAll(store, [letter()]);
        if (seen.length === 20) await letters.discard({ ids: [seen[3] ?? ""] }, { actor: "test" });
        seen.push(id);
      }
      const expected = new Set(made.map(({ id }) => id));
      assert.equal(seen.filter((id) => expected.has(id)).length, 450);
      assert.equal(new Set(seen).size, seen.length);
      assert.equal((await allOf(letters.list({}, { limit: 205 }))).length, 205);
      const newest = (await allOf(letters.list())).map(({ deadMs, id }) => `${deadMs} ${id}`);
      assert.deepEqual(newest, newest.toSorted().toReversed());
      await close();
    });

    it("shows one letter whole, with what was done with its message before", async () => {
      const { store, close } = await open(letterMigrations);
      const { letters } = lettersOf(store);
      const one = letter({ envelope: { seq: 7, headers: { a: "ü" }, body: Buffer.from([0, 255, 10]) } });
      const before = letter({ consumer: "shipping", envelope: { id: one.envelope.id } });
      await buryAll(store, [one, before]);
      await letters.discard({ ids: [before.id] }, { actor: "ann", note: "twice" });

      const shown = await letters.show(one.id);
      assert.deepEqual(
        { ...shown?.envelope, body: [...(shown?.envelope.body ?? [])] },
        { ...one.envelope, body: [0, 255, 10] },
      );
      assert.deepEqual(shown?.history, one.history);
      assert.equal(shown?.error, one.error);
      assert.equal(shown?.bodyBytes, 3);
      assert.deepEqual(
        shown?.audit.map(({ action, actor, note, letterId }) => ({ action, actor, note, letterId })),
        [{ action: "discarded", actor: "ann", note: "twice", letterId: before.id }],
      );
      assert.equal(await letters.show("00000000-0000-7000-8000-000000000000"), null);
      assert.equal(await letters.show("'; drop table"), null);
      await close();
    });

    it("refuses a filter that can match nothing by mistake", async () => {
      const { store, close } = await open(letterMigrations);
      const { letters } = lettersOf(store);
      for (const filter of [
        { ids: ["x"] },
        { messageId: "x" },
        { since: "soon" },
        { reason: "bad" as never },
      ])
        await assert.rejects(
          allOf(letters.list(filter)),
          (error) => isDeliveryError(error) && error.code === "CONFIGURATION",
        );
      await close();
    });

    it("counts what there is of what, and how old, and no more than it was told", async () => {
      const { store, close } = await open(letterMigrations);
      const { letters } = lettersOf(store);
      assert.deepEqual(await letters.statistics(), { letters: 0, oldestMs: null, groups: [], capped: false });
      await buryAll(store, [
        letter(),
        letter({ redrives: 4 }),
        letter({ origin: "relay", reason: "crashed" }),
      ]);
      await ask(
        store,
        `update ${store.tables.of("dead_letter")} set dead_ms = dead_ms - 60000 where redrives = 4`,
      );

      const { groups, ...rest } = await letters.statistics();
      assert.deepEqual(
        { ...rest, oldestMs: (rest.oldestMs ?? 0) >= 60_000 },
        { letters: 3, oldestMs: true, capped: false },
      );
      assert.deepEqual(
        groups.map(({ type, origin, consumer, reason, letters: n, redrivesMost }) => [
          type,
          origin,
          consumer,
          reason,
          n,
          redrivesMost,
        ]),
        [
          ["order.placed", "consumer", "billing", "failed", 2, 4],
          ["order.placed", "relay", null, "crashed", 1, 0],
        ],
      );
      await close();
    });
  });
}
