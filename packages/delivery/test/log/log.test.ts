import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { recorder, scriptedBroker } from "../../src/relay/testing/harness.ts";
import { backlog } from "../../src/statistics.ts";
import { until } from "../relay/support.ts";
import { assertOnce, openLog, publish, publishMany, rowOf, skip } from "./support.ts";

describe("a relay on PostgreSQL's log", { skip }, () => {
  it("publishes every message once while nothing fails, and leaves nothing in the queue", async (test) => {
    const rig = await openLog(test);
    const ids = await publishMany(rig, 5_000);
    const broker = scriptedBroker();
    const { events, emit } = recorder();
    const relay = rig.start({ routeOf: (type) => ({ broker, destination: type }), emit });
    await until("all is published", () => relay.statistics().published === 5_000);
    await relay.stop();
    assertOnce(broker.confirmed, ids);
    // In one reading: by transaction, and within one as it was published.
    assert.deepEqual(
      broker.confirmed.map(({ envelope }) => envelope.id),
      ids,
    );
    assert.equal(await rig.count("outbox"), 0);
    assert.deepEqual(
      events.filter(({ type }) => type !== "relay.shards"),
      [{ type: "log.taken", crashes: 0 }],
    );
    assert.equal(relay.statistics().inFlight.messages, 0);
  });

  it("is counted in the backlog until it was sent", async (test) => {
    const rig = await openLog(test);
    const waiting = async (): Promise<readonly [number, boolean]> => {
      const session = await rig.store.connect({ purpose: "test" });
      const { outbox } = await backlog(session, rig.store.tables).finally(() => session.close());
      assert.equal(outbox.oldestMs === null, outbox.messages === 0);
      return [outbox.messages, outbox.capped];
    };
    assert.deepEqual(await waiting(), [0, false]);
    const stalled = await rig.pool.connect();
    await stalled.query("begin");
    await publish(rig, stalled, [rowOf()]);
    await publishMany(rig, 300);
    assert.deepEqual(await waiting(), [300, false]);
    const held = Promise.withResolvers<void>();
    const broker = scriptedBroker(async (_message, nth) => {
      if (broker.handed.length > 150 && nth === 1) await held.promise;
      return { ok: true };
    });
    const options = { batch: { most: 100 } };
    const relay = rig.start({ routeOf: (type) => ({ broker, destination: type }), options });
    await until("a part is written as sent", async () => (await waiting())[0] === 200);
    held.resolve();
    await until("the rest", async () => (await waiting())[0] === 0);
    await stalled.query("commit");
    stalled.release();
    await until("the late one", () => relay.statistics().published === 301);
    await relay.stop();
    assert.deepEqual(await waiting(), [0, false]);
  });
});
