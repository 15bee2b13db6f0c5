import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import {
  countOf,
  insertSamples,
  recorder,
  relayMigrations,
  scriptedBroker,
} from "../../src/relay/testing/harness.ts";
import { testStores } from "../support/stores.ts";
import { emptied, firsts, keyed, lost, relayOn, started, until, wrapped } from "./support.ts";

for (const { name, skip, open } of testStores) {
  describe(`relays on ${name}`, { skip }, () => {
    it("share the work, and publish nothing twice while nothing fails", async () => {
      const { store, again, close } = await open(relayMigrations);
      const broker = scriptedBroker();
      const { events, emit } = recorder();
      const routeOf = (type: string) => ({ broker, destination: type });
      const count = store.dialect === "sqlite" ? 3 : 4;
      const relays = Array.from({ length: count }, () => relayOn(again(), { routeOf, emit }));
      await insertSamples(store, [...Array.from({ length: 1_000 }, () => ({})), ...keyed(40, 10)]);
      const running = relays.map(started);
      await until("all is published", emptied(store));
      assert.equal(broker.confirmed.length, 1_400);
      assert.equal(lost(events), 0);
      for (const seqs of firsts(broker).values())
        assert.deepEqual(
          seqs,
          seqs.map((_, at) => at + 1),
        );
      const even = () => relays.every((relay) => Math.abs(relay.statistics().shards - 64 / count) < 1);
      await until("each has its share of the shards", even);
      await running[0]?.stop();
      await until(
        "the others take over",
        () => relays.slice(1).reduce((sum, relay) => sum + relay.statistics().shards, 0) === 64,
      );
      for (const one of running) await one.stop();
      assert.equal(await countOf(store, "outbox_relay"), 0);
      await close();
    });

    it("lose nothing and keep each key's order while they are cut off one after the other (R7)", async () => {
      const { store, again, close } = await open(relayMigrations);
      const broker = scriptedBroker(async () => {
        await systemClock.sleep(1);
        return { ok: true };
      });
      const routeOf = (type: string) => ({ broker, destination: type });
      const relays: { cut: boolean; stop(): Promise<void> }[] = [];
      const start = (): void => {
        const relay = { cut: false, stop: () => Promise.resolve() };
        const own = wrapped(again(), () => relay.cut);
        relay.stop = started(relayOn(own, { routeOf, options: { leaseMs: 800, drainMs: 0 } })).stop;
        relays.push(relay);
      };
      for (let count = 0; count < 3; count++) start();
      const keys = 10;
      for (let round = 0; round < 8; round++) {
        const ordered = Array.from({ length: keys * 5 }, (_, at) => ({
          key: `k${at % keys}`,
          seq: round * 5 + Math.floor(at / keys) + 1,
        }));
        await insertSamples(store, [...Array.from({ length: 50 }, () => ({})), ...ordered]);
        await systemClock.sleep(60);
        const victim = relays[round];
        if (victim !== undefined) victim.cut = true;
        start();
      }
      await until("all is published", emptied(store));
      assert.equal(new Set(broker.confirmed.map(({ envelope }) => envelope.id)).size, 8 * (50 + 5 * keys));
      for (const seqs of firsts(broker).values())
        assert.deepEqual(
          seqs,
          Array.from({ length: 40 }, (_, at) => at + 1),
        );
      await Promise.all(relays.map((relay) => relay.stop()));
      await close();
    });
  });
}
