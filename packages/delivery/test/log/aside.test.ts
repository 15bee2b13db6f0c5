import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import { recorder, rowsOf, scriptedBroker } from "../../src/relay/testing/harness.ts";
import { until } from "../relay/support.ts";
import { assertOnce, openLog, publishMany, skip } from "./support.ts";

const refused = { ok: false, kind: "rejected", error: new Error("too large\0") } as const;

describe("what cannot go by the log", { skip }, () => {
  it("goes on in the queue after a failure, and holds nothing up", async (test) => {
    const rig = await openLog(test);
    const ids = await publishMany(rig, 3_000);
    const shy = new Set([ids[0], ids[500], ids[1_500]]);
    const broker = scriptedBroker(({ envelope }, nth) =>
      shy.has(envelope.id) && nth === 1 ? refused : { ok: true },
    );
    const { events, emit } = recorder();
    const options = { backoff: { baseMs: 2_500, jitter: "none" } } as const;
    const relay = rig.start({ routeOf: (type) => ({ broker, destination: type }), emit, options });
    await until("all are published", () => broker.confirmed.length === 3_000);
    const last = broker.confirmed.slice(-3).map(({ envelope }) => envelope.id);
    assert.deepEqual(new Set(last), shy);
    await until("the queue is empty", async () => (await rig.count("outbox")) === 0);
    await relay.stop();
    assertOnce(broker.confirmed, ids);
    const asides = events.flatMap((event) => (event.type === "log.put-aside" ? [event.messages] : []));
    assert.equal(
      asides.reduce((sum, count) => sum + count, 0),
      3,
    );
  });

  it("is dead-lettered with its whole history", async (test) => {
    const rig = await openLog(test);
    const broker = scriptedBroker(({ envelope }) => (envelope.type === "bad" ? refused : { ok: true }));
    for (const attempts of [1, 3]) {
      await publishMany(rig, 100);
      const [id] = await publishMany(rig, 1, { type: "bad" });
      const relay = rig.start({
        routeOf: (type) => ({ broker, destination: type }),
        options: { attempts, backoff: { baseMs: 5 } },
      });
      await until("it is given up", async () => (await rig.count("dead_letter")) === 1);
      await relay.stop();
      const letters = await rowsOf(rig.store, `select * from ${rig.store.tables.of("dead_letter")}`);
      assert.deepEqual(
        letters.map((row) => [
          row["message_id"],
          row["reason"],
          row["origin"],
          JSON.parse(String(row["history"])).length,
        ]),
        [[id, "rejected", "relay", attempts]],
      );
      await rowsOf(rig.store, `delete from ${rig.store.tables.of("dead_letter")}`);
    }
  });

  it("waits in the queue for its route while messages over other routes go", async (test) => {
    const rig = await openLog(test);
    let up = false;
    const broken = scriptedBroker(() => (up ? { ok: true } : { ok: false, kind: "down", error: null }));
    const fine = scriptedBroker();
    const lost = await publishMany(rig, 1_500, { type: "lost" });
    const ids = await publishMany(rig, 1_500, { type: "goes" });
    const relay = rig.start({
      routeOf: (type) => ({ broker: type === "lost" ? broken : fine, destination: type }),
      options: { outageBackoff: { baseMs: 50, capMs: 200 } },
    });
    await until("the others are published", () => fine.confirmed.length === 1_500, 5_000);
    await until("the rest is in the queue", async () => (await rig.count("outbox")) === 1_500);
    up = true;
    await until("and goes when its route does", () => broken.confirmed.length === 1_500);
    await relay.stop();
    assertOnce(fine.confirmed, ids);
    assertOnce(broken.confirmed, lost);
  });

  it("stays in the log while no route goes at all, and costs no copy", async (test) => {
    const rig = await openLog(test);
    let up = false;
    const broker = scriptedBroker(() => (up ? { ok: true } : { ok: false, kind: "down", error: null }));
    const ids = await publishMany(rig, 4_000);
    const relay = rig.start({
      routeOf: (type) => ({ broker, destination: type }),
      options: { outageBackoff: { baseMs: 50, capMs: 200 } },
    });
    await systemClock.sleep(1_500);
    assert.equal(await rig.count("outbox"), 0);
    assert.ok(relay.statistics().inFlight.messages <= 2_000);
    up = true;
    await until("all go when it is back", () => broker.confirmed.length === 4_000);
    await relay.stop();
    assertOnce(broker.confirmed, ids);
    assert.equal(await rig.count("outbox"), 0);
  });

  it("waits in the queue for a confirm that takes too long, and is not sent again when it comes", async (test) => {
    const rig = await openLog(test);
    const ids = await publishMany(rig, 2_000);
    const held = Promise.withResolvers<void>();
    const broker = scriptedBroker(async ({ envelope }) => {
      if (envelope.id === ids[70]) await held.promise;
      return { ok: true };
    });
    const options = { batch: { most: 100 }, inFlight: { messages: 200 } };
    const relay = rig.start({ routeOf: (type) => ({ broker, destination: type }), options });
    await until("all others are published", () => broker.confirmed.length === 1_999);
    assert.equal(await rig.count("outbox"), 1);
    held.resolve();
    await until("it is taken out of the queue", async () => (await rig.count("outbox")) === 0);
    await relay.stop();
    assert.equal(broker.handed.length, 2_000);
    assertOnce(broker.confirmed, ids);
  });
});
