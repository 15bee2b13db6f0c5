import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import { permanent } from "../../src/permanent.ts";
import { saga } from "../../src/saga/builder.ts";
import { heldSaga } from "../../src/saga/held.ts";
import { takeLock } from "../../src/saga/locks.ts";
import { claimDue } from "../../src/saga/statements.ts";
import { testStores } from "../support/stores.ts";
import { quick, schemaOf, statuses, type World, world } from "./support.ts";

const Order = schemaOf<{ readonly seat: string; readonly refuse: boolean }>();
const retry = { attempts: 200, baseMs: 20, capMs: 80 } as const;

for (const testStore of testStores) {
  describe(`locks of sagas on ${testStore.name}`, { skip: testStore.skip }, () => {
    let w: World;
    before(async () => {
      w = await world(testStore);
    });
    after(() => w.close());

    const locks = async (): Promise<number> => {
      const session = await w.store.connect({ purpose: "test" });
      const { rows } = await session.query(`select resource from ${w.store.tables.of("saga_lock")}`);
      await session.close();
      return rows.length;
    };

    it("let one saga at a time do its steps on a resource, and end with the saga, however it ends", async () => {
      const inside = new Map<string, number>();
      let most = 0;
      const definition = saga("seats", Order)
        .lock("locked", (s) => `seat:${s.seat}`, { retry })
        .step("hold", {
          do: async (s) => {
            inside.set(s.seat, (inside.get(s.seat) ?? 0) + 1);
            most = Math.max(most, inside.get(s.seat) ?? 0);
            await systemClock.sleep(3);
            inside.set(s.seat, (inside.get(s.seat) ?? 0) - 1);
            return s.locked;
          },
          undo: () => {},
        })
        .pivot("pay", {
          do: (s) => {
            if (s.refuse) throw permanent(new Error("card refused"));
          },
        });
      const workers = [w.sagas([definition]), w.sagas([definition], {}, w.open.again())];
      const [first] = workers as [(typeof workers)[0]];
      for (let at = 0; at < 8; at++)
        await w.start(first, definition, { seat: `${at % 2}`, refuse: at % 3 === 0 }, `seat-${at}`);
      await w.until(workers, async () =>
        Object.values(await statuses(first)).every(
          (status) => status === "completed" || status === "compensated",
        ),
      );
      assert.equal(most, 1);
      assert.equal(await locks(), 0);
      const ends = Object.values(await statuses(first));
      assert.equal(ends.filter((status) => status === "compensated").length, 3);
    });

    it("send back a saga that waits for too long, and are not taken by a worker that lost the saga", async () => {
      const gate = Promise.withResolvers<void>();
      const definition = saga("gates", Order)
        .lock("gate", () => "gate", { retry: { attempts: 3, ...quick } })
        .pivot("pass", { do: () => gate.promise });
      const sagas = w.sagas([definition]);
      await w.start(sagas, definition, { seat: "", refuse: false }, "gate-1");
      await w.until([sagas], async () => {
        if ((await sagas.get("gate-1")).step !== "pass") return false;
        await w.start(sagas, definition, { seat: "", refuse: false }, "gate-2");
        await w.until([sagas], async () => (await sagas.get("gate-2")).status === "compensated");
        gate.resolve();
        return true;
      });
      assert.match(
        (await sagas.get("gate-2")).steps[0]?.error ?? "",
        /SAGA_LOCKED.*gate is locked by the saga gate-1/,
      );
      await w.until([sagas], async () => (await sagas.get("gate-1")).status === "completed");
      assert.equal(await locks(), 0);

      await w.start(sagas, definition, { seat: "", refuse: false }, "gate-3");
      const [row] = await w.store.transaction((tx) =>
        claimDue(tx, w.store.tables, { hashes: [definition.hash], limit: 1, leaseMs: 5_000 }),
      );
      assert.ok(row !== undefined);
      await assert.rejects(
        takeLock(w.store, heldSaga({ ...row, lease: row.lease - 1 }, [], definition), "gate"),
        /not this worker's any more/,
      );
      assert.equal(await locks(), 0);
    });
  });
}
