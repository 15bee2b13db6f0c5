import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { recorder, scriptedBroker } from "../../src/relay/testing/harness.ts";
import { until } from "../relay/support.ts";
import { assertOnce, openLog, publishMany, skip } from "./support.ts";

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
    assert.equal(await rig.count("outbox"), 0);
    assert.deepEqual(
      events.filter(({ type }) => type !== "relay.shards"),
      [{ type: "log.taken", crashes: 0 }],
    );
    assert.equal(relay.statistics().inFlight.messages, 0);
  });
});
