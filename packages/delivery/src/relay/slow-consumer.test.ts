import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { VirtualClock } from "@holdfast/core/testing";
import type { Broker } from "../broker.ts";
import { inProcess } from "../brokers/in-process.ts";
import { insertSamples } from "./testing/harness.ts";
import { eventsOf, virtualRelay } from "./testing/virtual-relay.ts";

const second = 1_000;
const minute = 60 * second;
const many = (count: number, type: string): object[] => Array.from({ length: count }, () => ({ type }));

/** A broker in the process with a consumer of a message a second, and one that is quick. */
async function scene() {
  const handled = { slow: [] as string[], quick: [] as string[] };
  const made = Promise.withResolvers<[Broker, VirtualClock]>();
  const relay = await virtualRelay(
    (clock) => {
      const broker = inProcess({ clock }) as Broker;
      made.resolve([broker, clock]);
      return broker;
    },
    { options: { inFlight: { messages: 40 }, confirmLimitMs: 5 * second, drainMs: 2 * second } },
  );
  const [broker, clock] = await made.promise;
  await broker.subscribe(
    { consumer: "slow", types: ["slow"], prefetch: 1, source: undefined },
    ({ envelope, ack }) => {
      handled.slow.push(envelope.id);
      void clock.sleep(second).then(ack);
    },
  );
  await broker.subscribe(
    { consumer: "quick", types: ["quick"], prefetch: 10, source: undefined },
    ({ envelope, ack }) => {
      handled.quick.push(envelope.id);
      ack();
    },
  );
  return { ...relay, handled };
}

describe("a relay whose broker confirms what is consumed", () => {
  it("gives a slow consumer a share of the window, so that it holds no other one up, for longer than confirms may take", async () => {
    const { store, advance, relay, handled, events, stop } = await scene();
    await insertSamples(store, many(400, "slow"));
    for (const waited of [second, 3 * minute]) {
      await advance(waited);
      const { messages } = relay.statistics().inFlight;
      assert.ok(messages >= 1 && messages <= 10, `${messages} of 40 are under way`);
      const before = handled.quick.length;
      await insertSamples(store, many(100, "quick"));
      await advance(3 * second);
      assert.equal(handled.quick.length, before + 100);
    }
    assert.ok(handled.slow.length > 170, `the slow one has work all the time: ${handled.slow.length}`);
    assert.deepEqual(eventsOf(events, "relay.route-waits"), [], "it is no outage");
    await stop();
  });

  it("hands nothing out twice, however long it takes until it is consumed", async () => {
    const { store, advance, handled, left, stop } = await scene();
    await insertSamples(store, many(100, "slow"));
    await advance(2 * minute);
    assert.equal(handled.slow.length, 100);
    assert.equal(new Set(handled.slow).size, 100);
    assert.equal(left().length, 0);
    await stop();
  });

  it("lets what is to go alone wait no longer than confirms may take, and takes that for no outage", async () => {
    const { store, database, advance, handled, events, left, stop } = await scene();
    await insertSamples(store, many(40, "slow"));
    await advance(second);
    await insertSamples(store, many(1, "quick"));
    database.exec(`update ${store.tables.of("outbox")} set started = 2 where type = 'quick'`);
    await advance(10 * second);
    assert.equal(handled.quick.length, 1);
    assert.ok(eventsOf(events, "relay.unconfirmed").length > 0);
    assert.deepEqual(eventsOf(events, "relay.route-waits"), []);
    await advance(3 * minute);
    assert.equal(new Set(handled.slow).size, 40);
    assert.equal(left().length, 0);
    await stop();
  });

  it("gives back at once what its consumer has not done when it has to stop", async () => {
    const { store, advance, left, stop } = await scene();
    await insertSamples(store, many(60, "slow"));
    await advance(second);
    await stop();
    assert.ok(left().length > 40);
    for (const row of left())
      assert.deepEqual([row["state"], row["locked_until_ms"], row["started"]], [0, 0, 0]);
  });
});
