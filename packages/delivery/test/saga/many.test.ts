import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { seededRandom, systemClock } from "@holdfast/core";
import { message } from "../../src/message.ts";
import { permanent } from "../../src/permanent.ts";
import { saga } from "../../src/saga/builder.ts";
import type { SagaDefinition } from "../../src/saga/definition.ts";
import { heldSaga } from "../../src/saga/held.ts";
import { keep } from "../../src/saga/keep.ts";
import { forever } from "../../src/saga/retry-policy.ts";
import { claimDue, extendLease } from "../../src/saga/statements.ts";
import type { Tx } from "../../src/tx.ts";
import { testStores } from "../support/stores.ts";
import { quick, recordingPublisher, Service, schemaOf, statuses, type World, world } from "./support.ts";

const Go = message("go", { schema: schemaOf<{ id: string }>() });
const Order = schemaOf<{ readonly at: number }>();

for (const testStore of testStores) {
  describe(`many sagas on ${testStore.name}`, { skip: testStore.skip }, () => {
    let w: World;
    before(async () => {
      w = await world(testStore);
    });
    after(() => w.close());

    it("leads a hundred of them to their ends with three workers, each effect once, and none lost or taken twice", async () => {
      const service = new Service();
      const random = seededRandom(11);
      const flaky = (key: string): string => {
        const done = service.work(key);
        if (random.next() < 0.2) throw new Error("the answer was lost");
        return done;
      };
      const definition = saga("many", Order)
        .step("reserve", {
          do: (_s, c) => flaky(c.key),
          undo: (_s, _r, c) => service.takeBack(c.key, c.doKey),
          retry: { attempts: 40, ...quick },
        })
        .pivot("capture", {
          do: (s, c) => {
            if (s.at % 3 === 0) throw permanent(new Error("card refused"));
            return flaky(c.key);
          },
          retry: forever(quick),
        })
        .step("ship", { do: (_s, c) => flaky(c.key), retry: forever(quick) });
      const workers = [0, 1, 2].map((at) => w.sagas([definition], {}, at === 0 ? w.store : w.open.again()));
      const [first] = workers as [(typeof workers)[0]];
      await Promise.all(
        Array.from({ length: 100 }, (_, at) => w.start(first, definition, { at }, `many-${at}`)),
      );
      await w.until(workers, async () =>
        Object.values(await statuses(first)).every(
          (status) => status === "completed" || status === "compensated",
        ),
      );
      const ends = Object.values(await statuses(first));
      assert.equal(ends.filter((status) => status === "compensated").length, 34);
      assert.equal(service.standing().length, 66 * 3);
      assert.ok([...service.effects.values()].every((times) => times === 1));
      assert.deepEqual(
        w.events.filter(({ type }) =>
          ["saga.lease-lost", "saga.call-lost", "saga.error", "saga.stuck"].includes(type),
        ),
        [],
        "nobody took what another one held",
      );
    });

    it("S7: leads what is under way on by the definition it began with, and shows what no definition fits", async () => {
      const ran = new Map<string, string[]>();
      const note = (id: string, step: string): void => void ran.set(id, [...(ran.get(id) ?? []), step]);
      const old = saga("deploy", Order)
        .step("reserve", { do: (_s, c) => note(c.sagaId, "reserve"), undo: () => {} })
        .wait("go", { for: Go, match: (data) => data.id, by: "1h", else: "escalate" })
        .pivot("capture", { do: (_s, c) => note(c.sagaId, "capture") });
      const build = (previous: readonly SagaDefinition[]) =>
        saga("deploy", Order, { previous })
          .wait("go", { for: Go, match: (data) => data.id, by: 1, else: "continue" })
          .pivot("charge", { do: (_s, c) => note(c.sagaId, "charge") });
      const careless = build([]);
      const careful = build([old as never]);
      assert.notEqual(old.hash, careful.hash);
      assert.equal(careless.hash, careful.hash);

      const before = w.sagas([old]);
      const ids = Array.from({ length: 20 }, (_, at) => `deploy-${at}`);
      await w.store.transaction(async (tx) => {
        for (const [at, id] of ids.entries()) await before.start(tx, old, { at }, { id });
      });
      await w.until([before], async () => {
        const now = await statuses(before);
        return ids.every((id) => now[id] === "waiting");
      });
      const unknownOf = async (sagas: typeof before): Promise<number> => {
        let found = 0;
        for await (const { name } of sagas.list({ status: "unknown-definition" }))
          if (name === "deploy") found++;
        return found;
      };
      const under = w.sagas([careless]);
      await w.start(under, careless, { at: 1 }, "deploy-new");
      const told = w.events.length;
      await w.until([under], async () => (await under.get("deploy-new")).status === "completed");
      assert.equal(ran.size, ids.length + 1, "none of the others was touched");
      assert.equal(await unknownOf(under), ids.length);
      const go = (sagas: typeof before, id: string) =>
        w.store.transaction((tx) => sagas.deliver(tx, Go.type, { id }));
      await assert.rejects(go(under, "deploy-1"), /definition was not given/);
      assert.deepEqual(
        w.events
          .slice(told)
          .flatMap((event) =>
            event.type === "saga.unknown-definition" && event.name === "deploy"
              ? [[event.definition, event.sagas]]
              : [],
          ),
        [[old.hash, ids.length]],
      );

      const after = w.sagas([careful]);
      assert.equal(await unknownOf(after), 0);
      for (const id of ids) assert.equal(await go(after, id), "taken");
      await w.until([after], async () => {
        const now = await statuses(after);
        return ids.every((id) => now[id] === "completed");
      });
      for (const id of ids) assert.deepEqual(ran.get(id), ["reserve", "capture"]);
      assert.deepEqual(ran.get("deploy-new"), ["charge"]);
    });

    it("gives sagas back at once when its worker ends, and counts no failure for it", async () => {
      const begun = Promise.withResolvers<void>();
      let open = false;
      const definition = saga("ends", Order).pivot("slow", {
        do: async (_s, c) => {
          if (open) return "done";
          begun.resolve();
          await systemClock.sleep(60_000, c.signal);
          return "never";
        },
      });
      const sagas = w.sagas([definition], { drainMs: 20 });
      await w.start(sagas, definition, { at: 1 }, "ends-1");
      const stop = new AbortController();
      const running = sagas.run(stop.signal);
      await begun.promise;
      stop.abort();
      await running;
      const view = await sagas.get("ends-1");
      assert.deepEqual(
        [view.held, view.failures, view.steps[0]?.calls, view.steps[0]?.failures],
        [false, 0, 1, 0],
      );
      open = true;
      await w.until([sagas], async () => (await sagas.get("ends-1")).status === "completed");
    });

    it("extends the lease of a saga for as long as it is held, and neither one that was taken over nor one given back", async () => {
      const definition = saga("held", Order).pivot("slow", { do: () => 1 });
      const sagas = w.sagas([definition]);
      await w.start(sagas, definition, { at: 1 }, "held-1");
      const { tables } = w.store;
      const inTx = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => w.store.transaction(work);
      const claim = () =>
        inTx((tx) => claimDue(tx, tables, { hashes: [definition.hash], limit: 1, leaseMs: 5_000 }));
      const [row] = await claim();
      assert.ok(row !== undefined && row.id === "held-1");
      assert.deepEqual(await claim(), [], "nobody else takes it");
      assert.equal(await inTx((tx) => extendLease(tx, tables, row, 60_000)), true);
      assert.equal((await sagas.get("held-1")).held, true);
      assert.equal(
        await inTx((tx) => extendLease(tx, tables, { ...row, lease: row.lease - 1 }, 60_000)),
        false,
      );
      const free = `update ${tables.of("saga")} set locked_until_ms = `;
      await inTx((tx) => tx.query(`${free}4000000000000 where id = 'held-1'`));
      const [again] = await claim();
      assert.equal(again?.lease, row.lease + 1, "a lease out of all measure is left over from another clock");
      await inTx((tx) => tx.query(`${free}0 where id = 'held-1'`));
      assert.equal(
        await inTx((tx) => extendLease(tx, tables, { ...row, lease: row.lease + 1 }, 60_000)),
        false,
      );
      assert.equal((await sagas.get("held-1")).held, false);
    });

    it("keeps a change once, even when its worker does not know whether it was kept and tries again", async () => {
      const definition = saga("twice", Order)
        .pivot("one", { do: () => 1 })
        .pause("night", "1h");
      const sagas = w.sagas([definition]);
      await w.start(sagas, definition, { at: 1 }, "twice-1");
      const keeping = {
        store: w.store,
        publisher: recordingPublisher(w.store),
        random: seededRandom(1),
        leaseMs: 5_000,
        slowRetryMs: 5,
      };
      const [row] = await w.store.transaction((tx) =>
        claimDue(tx, w.store.tables, { hashes: [definition.hash], limit: 1, leaseMs: 5_000 }),
      );
      assert.ok(row !== undefined);
      const called = await keep(keeping, heldSaga(row, [], definition as never), {
        event: { type: "called" },
        goOn: true,
      });
      const messages = [Go({ id: "twice-1" })];
      const done = { event: { type: "succeeded" }, facts: { result: "1" }, messages, goOn: true } as const;
      const sentBefore = (await w.sent()).length;
      await keep(keeping, called, done);
      await assert.rejects(keep(keeping, called, done), /not this worker's any more/);
      assert.equal((await w.sent()).length, sentBefore + 1);
    });
  });
}
