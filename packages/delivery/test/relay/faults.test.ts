import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom, systemClock } from "@holdfast/core";
import { onCrashPoint } from "../../src/crash-points.ts";
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
import { emptied, firsts, keyed, lost, relayOn, started, until, wrapped } from "./support.ts";

for (const { name, skip, open } of testStores) {
  describe(`relays on ${name}`, { skip }, () => {
    it("ignore what a relay says that slept through its leases (R5, R10)", async () => {
      const { store, again, close } = await open(relayMigrations);
      await insertSamples(store, [...Array.from({ length: 20 }, () => ({})), ...keyed(5, 3)]);
      const held = Promise.withResolvers<void>();
      let asleep = 0;
      const sleepy = scriptedBroker(async () => {
        asleep += 1;
        await held.promise;
        return { ok: true };
      });
      const zombie = recorder();
      // It neither extends its leases nor its shards, as if it stood still.
      const frozen = withoutExtensions(again());
      const options = { leaseMs: 1_000, drainMs: 0 };
      const first = started(
        relayOn(frozen, {
          routeOf: (type) => ({ broker: sleepy, destination: type }),
          emit: zombie.emit,
          options,
        }),
      );
      await until("the first has claimed all it can", () => asleep === 25);
      const lively = scriptedBroker();
      const other = started(
        relayOn(store, {
          routeOf: (type) => ({ broker: lively, destination: type }),
          options: { leaseMs: 1_000 },
        }),
      );
      await until("the second takes over", emptied(store));
      assert.equal(lively.confirmed.length, 35);
      const ids = await insertSamples(store, [{ type: "later" }]);
      await until("later ones go on", emptied(store));
      held.resolve();
      await until("the zombie's word is not taken", () => lost(zombie.events) >= 25);
      assert.equal(await countOf(store, "outbox"), 0);
      assert.equal(ids.length, 1);
      for (const seqs of firsts(lively).values())
        assert.deepEqual(
          seqs,
          seqs.map((_, at) => at + 1),
        );
      await first.stop();
      await other.stop();
      await close();
    });

    it("publish everything through failures of the database at every step (D8)", async () => {
      const { store, close } = await open(relayMigrations);
      await insertSamples(store, [...Array.from({ length: 300 }, () => ({})), ...keyed(20, 5)]);
      const broker = scriptedBroker();
      const random = seededRandom(11);
      let statements = 0;
      const { events, emit } = recorder();
      const failing = failingStore(store, () => ++statements === 3 || random.next() < 0.05);
      const running = started(relayOn(failing, { routeOf: (type) => ({ broker, destination: type }), emit }));
      await until("all is published", emptied(store));
      assert.equal(new Set(broker.confirmed.map(({ envelope }) => envelope.id)).size, 400);
      assert.ok(events.some(({ type }) => type === "relay.error"));
      for (const seqs of firsts(broker).values())
        assert.deepEqual(
          seqs,
          seqs.map((_, at) => at + 1),
        );
      await running.stop();
      await close();
    });
  });
}

describe("the relay's crash points", () => {
  it("are all passed", async () => {
    const [memory] = testStores;
    assert.ok(memory !== undefined);
    const { store, close } = await memory.open(relayMigrations);
    const passed = new Set<string>();
    onCrashPoint((point) => passed.add(point));
    await insertSamples(store, [{ type: "bad" }, { key: "k", seq: 1 }]);
    const broker = scriptedBroker(({ envelope }) =>
      envelope.type === "bad" ? { ok: false, kind: "rejected", error: "no" } : { ok: true },
    );
    const routeOf = (type: string) => ({ broker, destination: type });
    const running = started(relayOn(store, { routeOf, options: { attempts: 1 } }));
    await until("all is done", emptied(store));
    await running.stop();
    onCrashPoint(null);
    const points = [
      "after-claim",
      "before-publish",
      "after-ack",
      "before-settle",
      "after-settle",
      "before-dead-letter",
      "after-dead-letter",
    ];
    assert.deepEqual(
      [...passed].filter((point) => point.startsWith("relay:")).sort(),
      points.map((point) => `relay:${point}`).sort(),
    );
    await close();
  });
});

/** A store on which leases are never extended. */
function withoutExtensions(store: Store): Store {
  const extension = (sql: string): boolean =>
    sql.includes(" set locked_until_ms = ") && !sql.includes("started") && !sql.includes("failed");
  return wrapped(store, (sql) => extension(sql) || /^update .* set until_ms = /.test(sql));
}

/** A store whose statements fail now and then, before or after they were run. */
function failingStore(store: Store, fails: () => boolean): Store {
  return wrapped(store, fails);
}

describe("a relay on postgres", {
  skip: testStores.find(({ name }) => name.startsWith("postgres"))?.skip,
}, () => {
  it("goes on after its connections were ended, wherever it was (D3)", async () => {
    const postgres = testStores.find(({ name }) => name === "postgres by pg");
    assert.ok(postgres !== undefined);
    const { store, close } = await postgres.open(relayMigrations);
    const broker = scriptedBroker();
    const { events, emit } = recorder();
    const running = started(relayOn(store, { routeOf: (type) => ({ broker, destination: type }), emit }));
    const schema = store.tables.of("outbox").split(".")[0] ?? "";
    for (let round = 0; round < 8; round++) {
      await insertSamples(store, [...Array.from({ length: 200 }, () => ({})), { key: `k${round}`, seq: 1 }]);
      await systemClock.sleep(20);
      await rowsOf(
        store,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'holdfast relay%' and query like '%${schema}%' and pid <> pg_backend_pid()`,
      );
    }
    await until("all is published", emptied(store));
    assert.equal(new Set(broker.confirmed.map(({ envelope }) => envelope.id)).size, 1_608);
    assert.ok(
      events.some(({ type }) => type === "relay.error"),
      "a connection was ended under it",
    );
    await running.stop();
    await close();
  });
});
