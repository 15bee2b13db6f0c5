import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock, systemRandom } from "@holdfast/core";
import { createRelay, type RelayParts } from "../../src/relay/relay.ts";
import {
  countOf,
  insertSamples,
  recorder,
  relayMigrations,
  rowsOf,
  scriptedBroker,
} from "../../src/relay/testing/harness.ts";
import type { Store } from "../../src/store.ts";
import { testStores } from "../support/stores.ts";

const surroundings = { clock: systemClock, random: systemRandom };

/** Runs relays until `done` says so, and stops them. */
async function running(
  relays: readonly { run(signal: AbortSignal): Promise<void> }[],
  done: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  const stop = new AbortController();
  const runs = relays.map((relay) => relay.run(stop.signal));
  const endMs = systemClock.monotonic() + limitMs;
  while (!(await done()) && systemClock.monotonic() < endMs) await systemClock.sleep(5);
  stop.abort();
  await Promise.all(runs);
  assert.ok(await done(), "it got there in time");
}

const empty = (store: Store) => async () => (await countOf(store, "outbox")) === 0;

for (const { name, skip, open } of testStores) {
  describe(`a relay on ${name}`, { skip }, () => {
    const relayOn = (store: Store, parts: Partial<RelayParts> & Pick<RelayParts, "routeOf">) =>
      createRelay({ store, ...surroundings, emit: () => {}, ...parts });

    it("publishes every message once while nothing fails, and leaves the outbox empty", async () => {
      const { store, close } = await open(relayMigrations);
      const ids = await insertSamples(
        store,
        Array.from({ length: 3_000 }, () => ({})),
      );
      const broker = scriptedBroker();
      const { events, emit } = recorder();
      const relay = relayOn(store, { routeOf: (type) => ({ broker, destination: type }), emit });
      await running([relay], empty(store));
      assert.equal(broker.confirmed.length, 3_000);
      assert.deepEqual(new Set(broker.confirmed.map(({ envelope }) => envelope.id)), new Set(ids));
      assert.deepEqual(
        events.filter(({ type }) => type !== "relay.shards"),
        [],
      );
      assert.equal(relay.statistics().inFlight.messages, 0);
      await close();
    });

    it("publishes the messages of each key in the order of their numbers", async () => {
      const { store, close } = await open(relayMigrations);
      const samples = Array.from({ length: 1_000 }, (_, at) => ({
        key: `k${at % 37}`,
        seq: Math.floor(at / 37) + 1,
      }));
      await insertSamples(store, samples);
      const broker = scriptedBroker();
      const relay = relayOn(store, { routeOf: (type) => ({ broker, destination: type }) });
      await running([relay], empty(store));
      const seqs = Map.groupBy(broker.confirmed, ({ envelope }) => envelope.key);
      assert.equal(seqs.size, 37);
      for (const list of seqs.values())
        assert.deepEqual(
          list.map(({ envelope }) => envelope.seq),
          list.map((_, at) => at + 1),
        );
      await close();
    });

    it("dead-letters the one poison of a batch, and publishes all others", async () => {
      const { store, close } = await open(relayMigrations);
      const ids = await insertSamples(
        store,
        Array.from({ length: 100 }, () => ({})),
      );
      const poison = ids[41];
      const broker = scriptedBroker(({ envelope }) =>
        envelope.id === poison
          ? { ok: false, kind: "rejected", error: new Error("too large\0") }
          : { ok: true },
      );
      const relay = relayOn(store, {
        routeOf: (type) => ({ broker, destination: type }),
        options: { attempts: 3, backoff: { baseMs: 5 } },
      });
      await running([relay], empty(store));
      assert.equal(broker.confirmed.length, 99);
      const letters = await rowsOf(store, `select * from ${store.tables.of("dead_letter")}`);
      assert.deepEqual(
        letters.map((row) => [
          row["message_id"],
          row["reason"],
          row["origin"],
          JSON.parse(String(row["history"])).length,
        ]),
        [[poison, "rejected", "relay", 3]],
      );
      await close();
    });
  });
}
