import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sweepInbox } from "../../src/consume/sweep.ts";
import { placeholders } from "../../src/sql.ts";
import { testStores } from "../support/stores.ts";
import { Counted, effect, envelopeOf, quick, rigOn } from "./rig.ts";

const hourMs = 3_600_000;

for (const testStore of testStores) {
  describe(`sweeping the inbox on ${testStore.name}`, { skip: testStore.skip }, () => {
    it("deletes what its consumer would refuse as too old, in chunks, and nothing else", async (test) => {
      const rig = await rigOn(test, testStore);
      const { store } = rig.open;
      const rows = [...Array(230).keys()].flatMap((at) => {
        const { id } = envelopeOf({});
        // Of every ten, seven are beyond window and slack, two within the slack, one within the window.
        const ageMs = at % 10 < 7 ? 5 * hourMs : at % 10 < 9 ? 2.5 * hourMs : hourMs;
        return [
          ["swept", id, 0, Date.now() - ageMs],
          ["other", id, 0, Date.now() - ageMs],
        ].flat();
      });
      const marks =
        store.dialect === "postgres"
          ? Array.from(
              { length: rows.length / 4 },
              (_, at) => `($${at * 4 + 1}, $${at * 4 + 2}, $${at * 4 + 3}, $${at * 4 + 4})`,
            ).join(", ")
          : placeholders(rows.length / 4, 4);
      await rig.read(
        (tables) =>
          `insert into ${tables.of("inbox")} (consumer, message_id, outcome, done_ms) values ${marks}`,
        rows,
      );
      const session = await store.connect({ purpose: "test" });
      try {
        const sweep = { consumer: "swept", windowMs: 2 * hourMs, chunk: 50 };
        assert.equal(await sweepInbox(session, store.tables, { ...sweep, chunksMax: 2 }), 100);
        assert.equal(await sweepInbox(session, store.tables, sweep), 61);
        assert.equal(await sweepInbox(session, store.tables, sweep), 0);
        const stopped = AbortSignal.abort();
        assert.equal(
          await sweepInbox(session, store.tables, { ...sweep, consumer: "other", signal: stopped }),
          0,
        );
      } finally {
        await session.close();
      }
      assert.equal(await rig.count("inbox"), 230 + 69);
    });

    it("gives a message back, uncounted, when its connection dies in the middle, and handles it once", async (test) => {
      const rig = await rigOn(test, testStore);
      const { store } = rig.open;
      if (store.dialect === "sqlite") return;
      const suicide =
        store.dialect === "postgres"
          ? "select pg_terminate_backend(pg_backend_pid())"
          : "kill connection_id()";
      let runs = 0;
      const { broker } = await rig.start({
        name: "cut",
        messages: Counted,
        handler: async ({ n }, { tx, messageId }) => {
          await effect(tx, store, "cut", messageId, n);
          if (runs++ === 0) await tx.query(suicide);
        },
        ...quick,
      });
      await broker.deliverUntilAcked(envelopeOf({ n: 1 }));
      await rig.until(() => rig.of("consume.handled").length === 1, "handled");
      assert.deepEqual([runs, await rig.count("effect"), await rig.count("parked")], [2, 1, 0]);
      assert.equal(rig.of("consume.released")[0]?.because, "outage");
      assert.equal(rig.of("consume.failed").length, 0);
    });
  });
}
