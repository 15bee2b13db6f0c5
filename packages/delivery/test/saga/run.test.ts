import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { isDeliveryError } from "../../src/errors.ts";
import { message } from "../../src/message.ts";
import { permanent } from "../../src/permanent.ts";
import { saga } from "../../src/saga/builder.ts";
import { forever } from "../../src/saga/retry-policy.ts";
import { testStores } from "../support/stores.ts";
import { quick, Service, schemaOf, statuses, type World, world } from "./support.ts";

interface Order {
  readonly sku: string;
  readonly refuse?: "reserve" | "capture" | "ship";
}
const Order = schemaOf<Order>(({ sku }) => (typeof sku === "string" ? null : "sku: a text"));
const Shipped = message("order.shipped", { schema: schemaOf<{ order: string }>() });
const Delivered = message("parcel.delivered", { schema: schemaOf<{ order: string; by: string }>() });
const coded = (code: string) => (error: unknown) =>
  isDeliveryError(error) && error.code === code && error.remedy !== "";

function placeOrder(service: Service) {
  const refused = (step: string, { refuse }: Order): void => {
    if (refuse === step) throw permanent(new Error(`no ${step}`));
  };
  return saga("place-order", Order)
    .step("reserve", {
      do: (s, c) => {
        refused("reserve", s);
        return { id: service.work(c.key), sku: s.sku };
      },
      undo: (_s, result, c) => {
        service.takeBack(c.key, c.doKey);
        service.calls.push(`undo of ${result?.sku ?? "nothing"}`);
      },
      retry: { attempts: 3, ...quick },
    })
    .pivot("capture", {
      do: (s, c) => {
        refused("capture", s);
        return service.work(`${c.key} for ${s.reserve.id}`);
      },
      retry: forever(quick),
    })
    .step("ship", {
      do: (s, c) => {
        service.work(c.key);
        c.publish(Shipped({ order: s.capture }));
        return new Date(0);
      },
      retry: forever(quick),
    });
}

for (const testStore of testStores) {
  describe(`sagas on ${testStore.name}`, { skip: testStore.skip }, () => {
    let w: World;
    before(async () => {
      w = await world(testStore);
    });
    after(() => w.close());

    it("runs the steps in order, each with the results before it, and publishes with the result", async () => {
      const service = new Service();
      const definition = placeOrder(service);
      const sagas = w.sagas([definition]);
      assert.equal(await w.start(sagas, definition, { sku: "tea" }, "run-1"), true);
      await w.until([sagas], async () => (await sagas.get("run-1")).status === "completed");
      assert.deepEqual(service.calls, [
        "saga:run-1:reserve",
        "saga:run-1:capture for saga:run-1:reserve",
        "saga:run-1:ship",
      ]);
      assert.deepEqual(await w.sent(), ['{"order":"saga:run-1:capture for saga:run-1:reserve"}']);
      const view = await sagas.get("run-1");
      assert.deepEqual(
        view.steps.map(({ name, kind, mark, calls, failures, result }) => [
          name,
          kind,
          mark,
          calls,
          failures,
          result,
        ]),
        [
          ["reserve", "step", "done", 1, 0, '{"id":"saga:run-1:reserve","sku":"tea"}'],
          ["capture", "pivot", "done", 1, 0, '"saga:run-1:capture for saga:run-1:reserve"'],
          ["ship", "step", "done", 1, 0, '"1970-01-01T00:00:00.000Z"'],
        ],
      );
      assert.deepEqual(
        [view.step, view.dueInMs, view.held, view.endedMs !== null],
        [null, null, false, true],
      );
    });

    it("goes back when the pivot is refused, and tells each undo what its step did", async () => {
      const service = new Service();
      const definition = placeOrder(service);
      const sagas = w.sagas([definition]);
      await w.start(sagas, definition, { sku: "tea", refuse: "capture" }, "back-1");
      await w.start(sagas, definition, { sku: "tea", refuse: "reserve" }, "back-2");
      await w.until([sagas], async () => {
        const now = await statuses(sagas);
        return now["back-1"] === "compensated" && now["back-2"] === "compensated";
      });
      assert.deepEqual(service.standing(), []);
      assert.ok(service.calls.includes("undo of tea"), "a result that is known is handed over");
      assert.ok(service.calls.includes("undo of nothing"), "a step that was started is undone too");
      assert.match((await sagas.get("back-1")).steps[1]?.error ?? "", /no capture/);
    });

    it("starts in the caller's transaction, and with it alone", async () => {
      const definition = placeOrder(new Service());
      const sagas = w.sagas([definition]);
      const input = { sku: "tea" };
      await assert.rejects(
        w.store.transaction(async (tx) => {
          await sagas.start(tx, definition, input, { id: "start-1" });
          throw new Error("no");
        }),
        /^Error: no$/,
      );
      await assert.rejects(sagas.get("start-1"), coded("SAGA_UNKNOWN"));
      await w.open.inUserTransaction(async (handle) => {
        await sagas.start(w.store.adopt(handle), definition, input, { id: "start-1" });
      });
      assert.equal((await sagas.get("start-1")).status, "running");
    });

    it("takes the same id with the same input as the same saga, and refuses every other", async () => {
      const definition = placeOrder(new Service());
      const other = saga("other", Order).pivot("only", { do: () => 1 });
      const sagas = w.sagas([definition, other]);
      assert.equal(await w.start(sagas, definition, { sku: "tea", refuse: "ship" }, "same-1"), true);
      assert.equal(await w.start(sagas, definition, { refuse: "ship", sku: "tea" }, "same-1"), false);
      await assert.rejects(w.start(sagas, definition, { sku: "milk" }, "same-1"), coded("SAGA_EXISTS"));
      await assert.rejects(
        w.start(sagas, other, { sku: "tea", refuse: "ship" }, "same-1"),
        coded("SAGA_EXISTS"),
      );
      const started = await Promise.all(
        Array.from({ length: 5 }, () => w.start(sagas, definition, { sku: "tea" }, "same-2")),
      );
      assert.equal(started.filter((one) => one).length, 1);
    });

    it("refuses inputs that the schema or JSON does not take, and definitions it was not given", async () => {
      const definition = placeOrder(new Service());
      const sagas = w.sagas([definition]);
      await assert.rejects(
        w.start(sagas, definition, { sku: 7 } as never, "bad"),
        coded("SAGA_INPUT_INVALID"),
      );
      await assert.rejects(
        w.start(sagas, definition, { sku: "a", n: 1n } as never, "bad"),
        coded("SAGA_INPUT_INVALID"),
      );
      await assert.rejects(
        w.start(sagas, saga("stranger", Order).pivot("a", { do: () => 1 }), { sku: "a" }, "bad"),
        coded("CONFIGURATION"),
      );
    });

    it("waits for a message, pauses, and goes on with its data", async () => {
      const seen: unknown[] = [];
      const definition = saga("waits", Order)
        .pivot("capture", { do: () => 1 })
        .pause("breath", 30)
        .wait("delivered", { for: Delivered, match: (data) => data.order, by: "1h", else: "escalate" })
        .step("thank", { do: (s) => seen.push(s.delivered.by) });
      const sagas = w.sagas([definition]);
      await w.start(sagas, definition, { sku: "tea" }, "wait-1");
      await w.until([sagas], async () => (await sagas.get("wait-1")).step === "delivered");
      const view = await sagas.get("wait-1");
      assert.equal(view.status, "waiting");
      assert.ok(view.dueInMs !== null && view.dueInMs > 3_500_000, `due in ${view.dueInMs}`);
      const reply = await w.store.transaction((tx) =>
        sagas.deliver(tx, Delivered.type, { order: "wait-1", by: "bicycle" }),
      );
      assert.equal(reply, "taken");
      await w.until([sagas], async () => (await sagas.get("wait-1")).status === "completed");
      assert.deepEqual(seen, ["bicycle"]);
      assert.equal((await sagas.get("wait-1")).steps[1]?.mark, "expired");
    });

    it("makes a call whose message cannot be published a failed one, and keeps nothing of it", async () => {
      const Picky = message("picky", {
        schema: schemaOf<{ fine: boolean }>(({ fine }) => (fine ? null : "not fine")),
      });
      const definition = saga("picky", Order).pivot("say", {
        do: (_s, c) => c.publish(Picky({ fine: c.attempt > 2 })),
        retry: forever(quick),
      });
      const sagas = w.sagas([definition]);
      const before = (await w.sent()).length;
      await w.start(sagas, definition, { sku: "tea" }, "picky-1");
      await w.until([sagas], async () => (await sagas.get("picky-1")).status === "completed");
      assert.equal((await w.sent()).length, before + 1);
      assert.deepEqual(
        (await sagas.get("picky-1")).steps.map(({ calls, failures }) => [calls, failures]),
        [[3, 2]],
      );
    });

    it("lists by status, name and time, page by page", async () => {
      const definition = saga("listed", Order).pivot("only", { do: () => 1 });
      const sagas = w.sagas([definition]);
      await w.store.transaction(async (tx) => {
        for (let at = 0; at < 205; at++)
          await sagas.start(tx, definition, { sku: "tea" }, { id: `listed-${at}` });
      });
      const ids = async (filter: Parameters<typeof sagas.list>[0]): Promise<string[]> => {
        const found: string[] = [];
        for await (const { id } of sagas.list(filter)) found.push(id);
        return found;
      };
      const all = await ids({ name: "listed" });
      assert.deepEqual([all.length, new Set(all).size], [205, 205]);
      assert.equal((await ids({ name: "listed", status: "completed" })).length, 0);
      const { changedMs } = await sagas.get("listed-7");
      assert.equal((await ids({ name: "listed", sinceMs: changedMs + 60_000 })).length, 0);
      assert.ok((await ids({ name: "listed", sinceMs: changedMs })).includes("listed-7"));
    });

    it("forgets what ended long enough ago, and nothing that is under way", async () => {
      const definition = saga("forgotten", Order).pivot("only", { do: () => 1 });
      const sagas = w.sagas([definition]);
      await w.start(sagas, definition, { sku: "tea" }, "forget-1");
      await w.until([sagas], async () => (await sagas.get("forget-1")).status === "completed");
      await w.start(sagas, definition, { sku: "tea" }, "forget-2");
      await sagas.forget(3_600_000);
      assert.equal((await sagas.get("forget-1")).status, "completed");
      assert.ok((await sagas.forget(0)) >= 1);
      await assert.rejects(sagas.get("forget-1"), coded("SAGA_UNKNOWN"));
      assert.equal((await sagas.get("forget-2")).status, "running");
      assert.equal(await w.start(sagas, definition, { sku: "milk" }, "forget-1"), true);
    });

    it("refuses ids that a database could take for another one", async () => {
      const definition = saga("ids", Order).pivot("only", { do: () => 1 });
      const sagas = w.sagas([definition]);
      for (const id of ["", " a", "a ", "a\0b", "\ud800", "x".repeat(256)])
        await assert.rejects(w.start(sagas, definition, { sku: "tea" }, id), coded("CONFIGURATION"));
    });
  });
}
