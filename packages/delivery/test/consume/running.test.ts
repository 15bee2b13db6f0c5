import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DeliveryError } from "../../src/errors.ts";
import { testStores } from "../support/stores.ts";
import { Counted, effect, envelopeOf, quick, rigOn } from "./rig.ts";

for (const testStore of testStores) {
  describe(`running a consumer on ${testStore.name}`, { skip: testStore.skip }, () => {
    it("stops while busy: what runs may finish, what cannot is rolled back and given back, what waits goes at once", async (test) => {
      const rig = await rigOn(test, testStore);
      const { store } = rig.open;
      const begun: number[] = [];
      const stopping = Promise.withResolvers<void>();
      const { broker, stop, consumer } = await rig.start({
        name: "stopping",
        messages: Counted,
        concurrency: 2,
        prepare: async ({ n }) => {
          begun.push(n);
          if (n === 1) await stopping.promise;
          if (n === 2) await new Promise(() => {});
        },
        handler: ({ n }, { tx, messageId }) => effect(tx, store, "stopping", messageId, n),
        ...quick,
        // What the first one's transaction may take on a server that has others to serve.
        stopTimeoutMs: 1500,
      });
      const [quickOne, endless, ...waiting] = [1, 2, 3, 4].map((n) => broker.deliver(envelopeOf({ n })));
      await rig.until(() => begun.length === 2, "two have begun");
      assert.equal(consumer.statistics().underWay, 4);
      const stopped = stop();
      stopping.resolve();
      await stopped;
      assert.equal((await quickOne)?.how, "acked");
      assert.equal((await endless)?.how, "released");
      for (const one of waiting) assert.equal((await one).how, "released");
      assert.deepEqual(
        (await rig.effects()).map(({ n }) => n),
        [1],
      );
      assert.deepEqual(
        [await rig.count("parked"), await rig.count("dead_letter"), consumer.statistics().underWay],
        [0, 0, 0],
      );
      assert.deepEqual([broker.stopped, broker.closed], [true, true]);
      assert.deepEqual(begun.toSorted(), [1, 2], "both slots, in the order in which the store answered them");
    });

    it("gives a parked message back at a stop, so that the next one takes it at once", async (test) => {
      const rig = await rigOn(test, testStore);
      const { store } = rig.open;
      let hang = true;
      const definition = {
        name: "handover",
        messages: Counted,
        prepare: async () => {
          if (hang) await new Promise(() => {});
        },
        handler: (
          { n }: { n: number },
          { tx, messageId }: { tx: Parameters<typeof effect>[0]; messageId: string },
        ) => effect(tx, store, "handover", messageId, n),
        ...quick,
        stopTimeoutMs: 30,
      };
      const first = await rig.start(definition);
      await first.broker.deliver(envelopeOf({ n: 1 }), { redelivered: true });
      await first.stop();
      const [row = {}] = await rig.read(
        (tables) => `select started, failed, locked_until_ms from ${tables.of("parked")}`,
      );
      assert.deepEqual([row["started"], row["failed"], Number(row["locked_until_ms"])], [1, 0, 0]);
      hang = false;
      await rig.start(definition);
      await rig.until(() => rig.of("consume.handled").length === 1, "handled by the next one");
    });

    it("subscribes again and again until the broker lets it, and says so", async (test) => {
      const rig = await rigOn(test, testStore);
      const { broker } = await rig.start(
        {
          name: "eager",
          messages: Counted,
          handler: ({ n }, { tx, messageId }) => effect(tx, rig.open.store, "eager", messageId, n),
          ...quick,
        },
        rig.open.store,
        2,
      );
      assert.deepEqual(
        rig.of("consume.error").map(({ doing }) => doing),
        ["subscribe", "subscribe"],
      );
      assert.equal((await broker.deliver(envelopeOf({ n: 1 }))).how, "acked");
    });

    it("dead-letters what the broker could not read", async (test) => {
      const rig = await rigOn(test, testStore);
      const { broker } = await rig.start({ name: "reading", messages: Counted, handler: () => {}, ...quick });
      const problem = new DeliveryError("MESSAGE_INVALID", "no id");
      await broker.deliver(envelopeOf({ n: 1 }), { problem });
      const [row = {}] = await rig.read((tables) => `select reason, error from ${tables.of("dead_letter")}`);
      assert.deepEqual([row["reason"], row["error"]], ["invalid", "no id"]);
    });
  });
}
