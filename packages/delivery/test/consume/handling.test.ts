import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { permanent } from "../../src/permanent.ts";
import { testStores } from "../support/stores.ts";
import { Counted, effect, envelopeOf, Followed, Other, quick, rigOn } from "./rig.ts";

for (const testStore of testStores) {
  describe(`a consumer on ${testStore.name}`, { skip: testStore.skip }, () => {
    it("commits effect, inbox row and what it publishes together, once, and acknowledges then", async (test) => {
      const rig = await rigOn(test, testStore);
      const { broker } = await rig.start({
        name: "billing",
        messages: Counted,
        handler: async (data, { tx, publish, messageId, attempt, seq, key, type, envelope }) => {
          assert.equal(data.seen, true);
          assert.deepEqual(
            [attempt, seq, type, key("charge")],
            [1, null, "test.counted", `billing:${messageId}:charge`],
          );
          assert.equal(envelope.id, messageId);
          await effect(tx, rig.open.store, "billing", messageId, data.n);
          publish(Followed({ n: data.n + 1 }));
        },
        ...quick,
      });
      const envelope = envelopeOf(
        { n: 7 },
        { headers: { correlationid: "order-1", traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` } },
      );
      const first = await broker.deliver(envelope);
      const again = await broker.deliver(envelope);
      const late = await broker.deliver(envelope, { redelivered: true });
      assert.deepEqual([first.how, again.how, late.how], ["acked", "acked", "acked"]);
      assert.deepEqual(await rig.effects(), [{ id: envelope.id, n: 7 }]);
      const [row = {}] = await rig.read((tables) => `select type, headers from ${tables.of("outbox")}`);
      const headers = JSON.parse(String(row["headers"]));
      assert.equal(row["type"], "test.followed");
      assert.equal(headers.correlationid, "order-1");
      assert.equal(headers.causationid, envelope.id);
      assert.match(headers.traceparent, /^00-a{32}-(?!b{16})[0-9a-f]{16}-01$/);
      await rig.until(() => rig.of("consume.duplicate").length === 2, "two duplicates");
      assert.deepEqual(
        rig.of("consume.handled").map(({ attempt }) => attempt),
        [1],
      );
    });

    it("keeps two consumers of one message apart", async (test) => {
      const rig = await rigOn(test, testStore);
      const envelope = envelopeOf({ n: 1 });
      for (const name of ["billing", "mailing"]) {
        const { broker } = await rig.start({
          name,
          messages: [Counted],
          handler: ({ n }, { tx, messageId }) => effect(tx, rig.open.store, name, messageId, n),
          ...quick,
        });
        await broker.deliver(envelope);
      }
      assert.equal((await rig.effects()).length, 2);
    });

    it("rolls back all that a failed attempt wrote, and tries again until it succeeds", async (test) => {
      const rig = await rigOn(test, testStore);
      const attempts: number[] = [];
      const { broker } = await rig.start({
        name: "flaky",
        messages: Counted,
        handler: async ({ n }, { tx, messageId, attempt, publish }) => {
          attempts.push(attempt);
          await effect(tx, rig.open.store, "flaky", messageId, n);
          publish(Followed({ n }));
          if (attempt < 4) throw new Error(`no ${attempt}`);
        },
        ...quick,
      });
      const envelope = envelopeOf({ n: 3 });
      const settled = await broker.deliver(envelope);
      assert.equal(settled.how, "acked");
      await rig.until(() => rig.of("consume.handled").length === 1, "handled");
      assert.deepEqual(attempts, [1, 2, 3, 4]);
      assert.deepEqual(await rig.effects(), [{ id: envelope.id, n: 3 }]);
      assert.deepEqual(
        [await rig.count("outbox"), await rig.count("parked"), await rig.count("dead_letter")],
        [1, 0, 0],
      );
    });

    it("leaves a message that is parked to its retry when it comes again", async (test) => {
      const rig = await rigOn(test, testStore);
      let runs = 0;
      const { broker } = await rig.start({
        name: "parking",
        messages: Counted,
        handler: () => {
          runs++;
          throw new Error("no");
        },
        ...quick,
        backoff: { baseMs: 60_000, jitter: "none" },
      });
      const envelope = envelopeOf({ n: 1 });
      for (const redelivered of [false, false, true]) await broker.deliver(envelope, { redelivered });
      await rig.until(() => rig.of("consume.duplicate").length === 2, "two duplicates");
      assert.deepEqual(
        rig.of("consume.duplicate").map(({ known }) => known),
        ["parked", "parked"],
      );
      assert.deepEqual([runs, await rig.count("parked"), await rig.count("inbox")], [1, 1, 0]);
    });

    it("makes dead letters of what cannot be handled, with reason and history, and blocks nobody", async (test) => {
      const rig = await rigOn(test, testStore);
      const told: string[] = [];
      const thrown: readonly unknown[] = [
        new Error("an error"),
        "a text",
        undefined,
        null,
        { code: 7 },
        permanent(new Error("never")),
      ];
      const { broker, consumer } = await rig.start({
        name: "strict",
        messages: Counted,
        attempts: 3,
        handler: async ({ n }, { tx, messageId }) => {
          await effect(tx, rig.open.store, "strict", messageId, n);
          if (n >= 100) throw thrown[n - 100];
        },
        onDeadLetter: ({ reason, envelope }) => {
          told.push(`${reason} ${envelope.id}`);
          throw new Error("its own failure changes nothing");
        },
        ...quick,
      });
      const poison = thrown.map((_, at) => envelopeOf({ n: 100 + at }));
      const invalid = [
        envelopeOf({ n: "seven" }),
        envelopeOf(null, { body: new Uint8Array([0xff, 0xfe]) }),
        envelopeOf({ n: 1 }, { type: "test.followed" }),
      ];
      const good = Array.from({ length: 20 }, (_, n) => envelopeOf({ n }));
      await Promise.all([...poison, ...good, ...invalid].map((one) => broker.deliver(one)));
      await rig.until(() => rig.of("consume.dead-lettered").length === 9, "nine dead letters");
      assert.deepEqual(new Set((await rig.effects()).map(({ id }) => id)), new Set(good.map(({ id }) => id)));
      const letters = await rig.read(
        (tables) => `select message_id, reason, history, error from ${tables.of("dead_letter")}`,
      );
      const reasonOf = (id: string) => letters.find((row) => row["message_id"] === id)?.["reason"];
      assert.deepEqual(
        poison.map(({ id }) => reasonOf(id)),
        ["failed", "failed", "failed", "failed", "failed", "rejected"],
      );
      assert.deepEqual(
        invalid.map(({ id }) => reasonOf(id)),
        ["invalid", "invalid", "no-consumer"],
      );
      const histories = poison.map(({ id }) =>
        JSON.parse(String(letters.find((row) => row["message_id"] === id)?.["history"])),
      );
      assert.deepEqual(
        histories.map(({ length }) => length),
        [3, 3, 3, 3, 3, 1],
      );
      assert.deepEqual(histories[4][0].code, "7");
      assert.ok(Math.abs(histories[0][0].atMs - Date.now()) < 60_000);
      assert.match(
        String(letters.find((row) => row["message_id"] === poison[0]!.id)?.["error"]),
        /Error: an error\n\s+at /,
      );
      // Its duplicates stay away, and do not make a second letter.
      await broker.deliver(poison[0]!);
      await broker.deliver(invalid[0]!, { redelivered: true });
      assert.deepEqual([await rig.count("dead_letter"), await rig.count("parked")], [9, 0]);
      assert.equal(told.length, 9);
      assert.equal(rig.of("consume.error").filter(({ doing }) => doing === "on-dead-letter").length, 9);
      const { handled, deadLettered, underWay } = consumer.statistics();
      assert.deepEqual([handled, deadLettered, underWay], [20, 9, 0]);
    });

    it("gives a handler that hangs its limit, aborts its signal and rolls it back", async (test) => {
      const rig = await rigOn(test, testStore);
      const signals: AbortSignal[] = [];
      const strays: Promise<unknown>[] = [];
      const { broker } = await rig.start({
        name: "hanging",
        messages: Counted,
        timeoutMs: 60,
        attempts: 2,
        prepare: async ({ n }, { signal }) => {
          if (n === 1) await new Promise((resolve) => signal.addEventListener("abort", resolve));
        },
        handler: async ({ n }, { tx, messageId, signal }) => {
          signals.push(signal);
          await effect(tx, rig.open.store, "hanging", messageId, n);
          const stray = new Promise((resolve) => signal.addEventListener("abort", resolve)).then(() =>
            tx.query("select 1 as one"),
          );
          strays.push(stray.catch((error: { code: string }) => error.code));
          // On SQLite whatever is awaited beside tx ends the transaction anyway.
          if (rig.open.store.dialect !== "sqlite") await stray;
          else await new Promise(() => {});
        },
        ...quick,
      });
      await Promise.all([broker.deliver(envelopeOf({ n: 1 })), broker.deliver(envelopeOf({ n: 2 }))]);
      await rig.until(() => rig.of("consume.dead-lettered").length === 2, "both given up");
      assert.deepEqual(await rig.effects(), []);
      assert.ok(signals.length > 0 && signals.every(({ aborted }) => aborted));
      for (const stray of await Promise.all(strays)) assert.equal(stray, "TX_NOT_A_TRANSACTION");
      const letters = await rig.read((tables) => `select error from ${tables.of("dead_letter")}`);
      for (const { error } of letters) assert.match(String(error), /within 60 ms/);
    });

    it("hands what prepare made to the handler, with the same key each time", async (test) => {
      const rig = await rigOn(test, testStore);
      const keys: string[] = [];
      const { broker } = await rig.start({
        name: "preparing",
        messages: [Counted, Other],
        prepare: async ({ n }, { key }) => {
          keys.push(key("charge"));
          await new Promise((resolve) => setTimeout(resolve, 5));
          return { charge: n * 2 };
        },
        handler: async (_data, { tx, messageId, attempt }, { charge }) => {
          await effect(tx, rig.open.store, "preparing", messageId, charge);
          if (attempt === 1) throw new Error("again");
        },
        ...quick,
      });
      const envelope = envelopeOf({ n: 21 });
      await broker.deliver(envelope);
      await rig.until(() => rig.of("consume.handled").length === 1, "handled");
      assert.deepEqual(await rig.effects(), [{ id: envelope.id, n: 42 }]);
      assert.deepEqual(keys, [`preparing:${envelope.id}:charge`, `preparing:${envelope.id}:charge`]);
      await broker.deliver(envelope);
      assert.equal(keys.length, 2, "a duplicate that is known is not prepared again");
    });
  });
}
