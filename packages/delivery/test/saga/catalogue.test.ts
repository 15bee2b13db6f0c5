import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { seededRandom, systemClock } from "@holdfast/core";
import type { DeliveryEvent } from "../../src/events.ts";
import { message } from "../../src/message.ts";
import { permanent } from "../../src/permanent.ts";
import { saga } from "../../src/saga/builder.ts";
import { heldSaga } from "../../src/saga/held.ts";
import { keep } from "../../src/saga/keep.ts";
import { forever } from "../../src/saga/retry-policy.ts";
import { claimDue } from "../../src/saga/statements.ts";
import { testStores } from "../support/stores.ts";
import { quick, recordingPublisher, Service, schemaOf, statuses, type World, world } from "./support.ts";

/** The rows S2 to S7 of the catalogue of faults, on every store. */
const Order = schemaOf<{ readonly sku: string }>();
const tea = { sku: "tea" };
const Delivered = message("parcel.delivered", { schema: schemaOf<{ order: string; by: string }>() });
const typesOf = (events: readonly DeliveryEvent[], id: string): string[] =>
  events.filter((event) => "saga" in event && event.saga === id).map(({ type }) => type);

for (const testStore of testStores) {
  describe(`faults of sagas on ${testStore.name}`, { skip: testStore.skip }, () => {
    let w: World;
    before(async () => {
      w = await world(testStore);
    });
    after(() => w.close());

    it("S2: undoes a step that timed out and had happened after all", async () => {
      const service = new Service();
      const definition = saga("times-out", Order)
        .step("reserve", {
          do: async (_s, c) => {
            service.work(c.key);
            await systemClock.sleep(1_000, c.signal);
          },
          undo: (_s, result, c) => {
            assert.equal(result, undefined);
            service.takeBack(c.key, c.doKey);
          },
          retry: { attempts: 2, ...quick },
          timeoutMs: 20,
        })
        .pivot("capture", { do: () => 1 });
      const sagas = w.sagas([definition]);
      await w.start(sagas, definition, tea, "s2");
      await w.until([sagas], async () => (await sagas.get("s2")).status === "compensated");
      assert.deepEqual(service.calls, ["saga:s2:reserve", "saga:s2:reserve", "saga:s2:reserve:undo"]);
      assert.deepEqual(service.standing(), []);
      assert.match((await sagas.get("s2")).steps[0]?.error ?? "", /SAGA_STEP_TIMEOUT/);
    });

    it("S2: asks a pivot of which nobody knows whether it happened until it is known, and undoes nothing", async () => {
      const service = new Service();
      const definition = saga("unknown-pivot", Order)
        .step("reserve", {
          do: (_s, c) => service.work(c.key),
          undo: (_s, _r, c) => service.takeBack(c.key, c.doKey),
        })
        .pivot("capture", {
          do: (_s, c) => {
            service.work(c.key);
            if (c.attempt < 8) throw new Error("connection reset");
          },
          retry: forever({ ...quick, stuckAfter: 4 }),
        });
      const sagas = w.sagas([definition]);
      await w.start(sagas, definition, tea, "s2p");
      await w.until([sagas], async () => (await sagas.get("s2p")).status === "completed");
      assert.deepEqual(service.standing(), ["saga:s2p:capture", "saga:s2p:reserve"]);
      assert.equal(typesOf(w.events, "s2p").filter((type) => type === "saga.stuck").length, 1);
    });

    it("S3: keeps trying an undo that fails, is stuck for all to see, and ends when it is mended", async () => {
      let broken = true;
      let undos = 0;
      const definition = saga("undo-fails", Order)
        .step("reserve", {
          do: () => 1,
          undo: () => {
            undos++;
            if (broken) throw new Error("inventory is down");
          },
          retry: { attempts: 1, ...quick },
        })
        .pivot("capture", {
          do: () => {
            throw permanent(new Error("card refused"));
          },
        });
      const sagas = w.sagas([definition], { slowRetryMs: 1, pollMsMax: 3 });
      await w.start(sagas, definition, tea, "s3");
      await w.until([sagas], () => undos >= 50);
      const view = await sagas.get("s3");
      assert.deepEqual([view.status, view.during, view.step], ["stuck", "compensating", "reserve"]);
      assert.match(view.error ?? "", /inventory is down/);
      assert.ok((view.steps[0]?.undoFailures ?? 0) >= 49);
      broken = false;
      const slow = w.sagas([definition], { slowRetryMs: 3_600_000 });
      await w.until([slow], async () => {
        await slow.retry("s3");
        return (await slow.get("s3")).status === "compensated";
      });
      assert.equal(typesOf(w.events, "s3").filter((type) => type === "saga.stuck").length, 1);
      assert.equal(await slow.retry("s3"), "over");
    });

    it("S4: takes a reply once, early or in time, and acknowledges what is late, twice or for nobody", async () => {
      const gate = Promise.withResolvers<void>();
      const definition = saga("replies", Order)
        .pivot("order", { do: () => gate.promise })
        .wait("delivered", { for: Delivered, match: (data) => data.order, by: "1h", else: "escalate" });
      const sagas = w.sagas([definition]);
      const deliver = (order: string, by: string) =>
        w.store.transaction((tx) => sagas.deliver(tx, Delivered.type, { order, by }));
      await w.start(sagas, definition, tea, "s4");
      await w.until([sagas], async () => {
        if ((await sagas.get("s4")).steps[0]?.mark !== "started") return false;
        assert.equal(await deliver("s4", "bicycle"), "taken");
        assert.equal(await deliver("s4", "train"), "duplicate");
        gate.resolve();
        return true;
      });
      await w.until([sagas], async () => (await sagas.get("s4")).status === "completed");
      assert.equal((await sagas.get("s4")).steps[1]?.result, '{"order":"s4","by":"bicycle"}');
      assert.equal(await deliver("s4", "boat"), "late");
      assert.equal(await deliver("nobody", "boat"), "unknown-saga");
      assert.deepEqual(
        w.events.flatMap((event) => (event.type === "saga.reply-ignored" ? [event.reason] : [])),
        ["duplicate", "late", "unknown-saga"],
      );
    });

    it("S4: ignores a reply after the timeout branch, escalates what is to escalate, and still takes its reply", async () => {
      let during = "";
      const deliver = (order: string) =>
        w.store.transaction((tx) => sagas.deliver(tx, Delivered.type, { order, by: "a" }));
      const branch = saga("branches", Order)
        .pivot("order", { do: () => 1 })
        .wait("delivered", {
          for: Delivered,
          match: (data) => data.order,
          by: 10,
          else: {
            do: async (_s, c) => {
              during = await deliver(c.sagaId);
              return "asked the carrier";
            },
          },
        });
      const escalate = saga("escalates", Order)
        .pivot("order", { do: () => 1 })
        .wait("delivered", { for: Delivered, match: (data) => data.order, by: 10, else: "escalate" });
      const sagas = w.sagas([branch, escalate]);
      await w.start(sagas, branch, tea, "s4b");
      await w.start(sagas, escalate, tea, "s4e");
      await w.until([sagas], async () => {
        const now = await statuses(sagas);
        return now["s4b"] === "completed" && now["s4e"] === "stuck";
      });
      assert.equal((await sagas.get("s4b")).steps[1]?.result, '"asked the carrier"');
      assert.equal(during, "late", "its time was over when the branch began");
      assert.equal(await deliver("s4b"), "late");
      assert.equal(await deliver("s4e"), "taken");
      await w.until([sagas], async () => (await sagas.get("s4e")).status === "completed");
    });

    it("S5: lets one of reply and timer win, whichever is first, and never both", async () => {
      const ran = new Map<string, number>();
      const definition = saga("races", Order)
        .pivot("order", { do: () => 1 })
        .wait("delivered", { for: Delivered, match: (data) => data.order, by: 15, else: "continue" })
        .step("after", {
          do: (s, c) => {
            ran.set(c.sagaId, (ran.get(c.sagaId) ?? 0) + 1);
            return s.delivered === undefined ? "timer" : "reply";
          },
        });
      const workers = [w.sagas([definition]), w.sagas([definition], {}, w.open.again())];
      const [first] = workers as [(typeof workers)[0]];
      const ids = Array.from({ length: 24 }, (_, at) => `s5-${at}`);
      for (const id of ids) await w.start(first, definition, tea, id);
      const replies = ids.map(async (id, at) => {
        await systemClock.sleep(at * 3);
        return w.store.transaction((tx) => first.deliver(tx, Delivered.type, { order: id, by: "a" }));
      });
      await w.until(workers, async () => {
        const now = await statuses(first);
        return ids.every((id) => now[id] === "completed");
      });
      for (const [at, id] of ids.entries()) {
        const reply = await replies[at];
        const result = (await first.get(id)).steps[2]?.result;
        assert.equal(result, reply === "taken" ? '"reply"' : '"timer"', `${id}: ${reply}`);
        assert.equal(ran.get(id), 1);
      }
    });

    // SQLite has one writer: nothing is ever in between.
    if (!testStore.name.startsWith("sqlite"))
      it("S5: a timer that ends while its reply is being kept waits for it, and takes it", async () => {
        const definition = saga("close-race", Order)
          .wait("delivered", { for: Delivered, match: (data) => data.order, by: 1, else: "continue" })
          .pivot("after", { do: () => 1 });
        const sagas = w.sagas([definition]);
        await w.start(sagas, definition, tea, "s5c");
        await systemClock.sleep(20);
        const { store } = w;
        const [row] = await store.transaction((tx) =>
          claimDue(tx, store.tables, { hashes: [definition.hash], limit: 1, leaseMs: 5_000 }),
        );
        assert.ok(row !== undefined);
        const keeping = {
          store,
          publisher: recordingPublisher(store),
          random: seededRandom(1),
          leaseMs: 5_000,
          slowRetryMs: 5,
        };
        const kept = await store.transaction(async (tx) => {
          assert.equal(await sagas.deliver(tx, Delivered.type, { order: "s5c", by: "a" }), "taken");
          const over = { event: { type: "expired", at: 0 }, goOn: false } as const;
          const keptBy = keep(keeping, heldSaga(row, [], definition), over);
          await systemClock.sleep(100);
          return { keptBy };
        });
        assert.deepEqual((await kept.keptBy).state.marks, ["replied", "untouched"]);
        assert.equal((await sagas.get("s5c")).steps[0]?.mark, "replied");
      });

    it("S5: a worker that lost the saga to another one keeps nothing of what it did", async () => {
      const service = new Service();
      const gate = Promise.withResolvers<void>();
      let aborted: unknown = null;
      const calls: number[] = [];
      const definition = saga("zombie", Order).pivot("capture", {
        do: async (_s, c) => {
          service.work(c.key);
          calls.push(c.attempt);
          if (c.attempt > 1) return "the second";
          c.signal.addEventListener("abort", () => {
            aborted = c.signal.reason;
          });
          await gate.promise;
          return "the first";
        },
        retry: forever(quick),
      });
      const zombie = w.sagas([definition], { leaseMs: 60_000 });
      const heir = w.sagas([definition], {}, w.open.again());
      await w.start(zombie, definition, tea, "s5z");
      await w.until([zombie], async () => {
        if (calls.length === 0) return false;
        // As if the lease had ended while this process stood still.
        const saga_ = w.store.tables.of("saga");
        await w.store.transaction((tx) =>
          tx.query(`update ${saga_} set locked_until_ms = 1 where id = 's5z'`),
        );
        await w.until([heir], async () => (await heir.get("s5z")).status === "completed");
        gate.resolve();
        return true;
      });
      assert.equal((await heir.get("s5z")).steps[0]?.result, '"the second"');
      assert.deepEqual([calls, [...service.effects.values()]], [[1, 2], [1]]);
      assert.ok(typesOf(w.events, "s5z").includes("saga.lease-lost"));
      assert.ok(typesOf(w.events, "s5z").includes("saga.call-lost"));
      assert.equal(aborted, null, "nobody told it: the token alone kept it out");
    });

    it("S6: only goes forward after the pivot, whatever fails there", async () => {
      const service = new Service();
      const definition = saga("forward", Order)
        .step("reserve", {
          do: (_s, c) => service.work(c.key),
          undo: (_s, _r, c) => service.takeBack(c.key, c.doKey),
        })
        .pivot("capture", { do: (_s, c) => service.work(c.key) })
        .step("ship", {
          do: (_s, c) => {
            if (c.attempt === 1) throw permanent(new Error("no such street"));
            if (c.attempt < 20) throw new Error("carrier is down");
            return service.work(c.key);
          },
          retry: forever(quick),
        });
      const sagas = w.sagas([definition]);
      await w.start(sagas, definition, tea, "s6");
      await w.until([sagas], async () => (await sagas.get("s6")).status === "completed");
      assert.deepEqual(service.standing(), ["saga:s6:capture", "saga:s6:reserve", "saga:s6:ship"]);
      assert.equal(service.void.size, 0);
      assert.ok(typesOf(w.events, "s6").includes("saga.stuck"));
    });
  });
}
