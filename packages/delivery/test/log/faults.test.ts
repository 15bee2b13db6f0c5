import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom, systemClock } from "@holdfast/core";
import { onCrashPoint } from "../../src/crash-points.ts";
import { recorder, scriptedBroker } from "../../src/relay/testing/harness.ts";
import type { Store } from "../../src/store.ts";
import { lost, until } from "../relay/support.ts";
import { assertOnce, openLog, publishMany, skip, times } from "./support.ts";

describe("readers of the log", { skip }, () => {
  it("read it one at a time, and the next one goes on when one stops", async (test) => {
    const rig = await openLog(test);
    const broker = scriptedBroker();
    const routeOf = (type: string) => ({ broker, destination: type });
    const logs = [recorder(), recorder()];
    const relays = logs.map(({ emit }) => rig.start({ store: rig.again(), routeOf, emit }));
    const ids = [...(await publishMany(rig, 2_000))];
    await until("all is published", () => broker.confirmed.length === 2_000);
    const takers = logs.map(({ events }) => events.filter(({ type }) => type === "log.taken").length);
    assert.deepEqual(takers.toSorted(), [0, 1]);
    const reader = takers.indexOf(1);
    await relays[reader]?.stop();
    ids.push(...(await publishMany(rig, 1_000)));
    await until("the other goes on", () => broker.confirmed.length === 3_000, 3_000);
    await relays[1 - reader]?.stop();
    assertOnce(broker.confirmed, ids);
  });

  it("are not heard when they slept through their lease (R5)", async (test) => {
    const rig = await openLog(test);
    await publishMany(rig, 20);
    const held = Promise.withResolvers<void>();
    const sleepy = scriptedBroker(async ({ envelope }) => {
      await held.promise;
      return envelope.type === "order.placed"
        ? { ok: false, kind: "rejected", error: "too late" }
        : { ok: true };
    });
    const zombie = recorder();
    const options = { leaseMs: 600, drainMs: 0 };
    const first = rig.start({
      store: withoutExtensions(rig.again()),
      routeOf: (type) => ({ broker: sleepy, destination: type }),
      emit: zombie.emit,
      options,
    });
    await until("the first has read all", () => sleepy.handed.length === 20);
    const broker = scriptedBroker();
    const other = rig.start({ routeOf: (type) => ({ broker, destination: type }), options });
    await until("the second takes over", () => broker.confirmed.length === 20);
    held.resolve();
    await until("the zombie has its answers", () =>
      zombie.events.some(({ type }) => type === "relay.failed"),
    );
    await systemClock.sleep(100);
    assert.equal(await rig.count("outbox"), 0);
    assert.equal(await rig.count("dead_letter"), 0);
    await first.stop();
    await other.stop();
    assert.equal(times(broker.confirmed).size, 20);
  });

  it("publish everything through failures of the database at every step (D8)", async (test) => {
    const rig = await openLog(test);
    const broker = scriptedBroker();
    const random = seededRandom(11);
    const { events, emit } = recorder();
    const failing = wrapped(rig.again(), () => random.next() < 0.08);
    const options = { leaseMs: 1_000, batch: { least: 10, most: 50 } };
    const relay = rig.start({
      store: failing,
      routeOf: (type) => ({ broker, destination: type }),
      emit,
      options,
    });
    const ids = await publishMany(rig, 2_000);
    await until("all is published", () => times(broker.confirmed).size === 2_000);
    assert.ok(events.some(({ type }) => type === "relay.error"));
    await relay.stop();
    assert.deepEqual(new Set(times(broker.confirmed).keys()), new Set(ids));
  });

  it("go on after their connections were ended, and send little twice (D3)", async (test) => {
    const rig = await openLog(test);
    const broker = scriptedBroker();
    const { events, emit } = recorder();
    const relay = rig.start({ routeOf: (type) => ({ broker, destination: type }), emit });
    const ids: string[] = [];
    for (let round = 0; round < 8; round++) {
      ids.push(...(await publishMany(rig, 500)));
      await systemClock.sleep(20);
      await rig.pool.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdfast relay log' and query like $1 and pid <> pg_backend_pid()",
        [`%${rig.schema}%`],
      );
    }
    await until("all is published", () => times(broker.confirmed).size === 4_000);
    await relay.stop();
    assert.ok(events.some(({ type }) => type === "relay.error"));
    assert.deepEqual(new Set(times(broker.confirmed).keys()), new Set(ids));
  });

  it("lose the log to another one that takes it, and say so", async (test) => {
    const rig = await openLog(test);
    const held = Promise.withResolvers<void>();
    const broker = scriptedBroker(async () => {
      await held.promise;
      return { ok: true };
    });
    const { events, emit } = recorder();
    const routeOf = (type: string) => ({ broker, destination: type });
    const relay = rig.start({ routeOf, emit, options: { leaseMs: 1_000, drainMs: 0 } });
    await publishMany(rig, 30);
    await until("all is on its way", () => broker.handed.length === 30);
    const cursor = rig.store.tables.of("outbox_log_cursor");
    await rig.pool.query(
      `update ${cursor} set owner = gen_random_uuid(), epoch = epoch + 1, until_ms = until_ms + 60000`,
    );
    await until("it notices", () => lost(events) === 30);
    held.resolve();
    await relay.stop();
    const { rows } = await rig.pool.query(`select old::text as old, at_txid::text as at from ${cursor}`);
    assert.deepEqual(rows, [{ old: "1:1:", at: "0" }]);
  });

  it("put aside, to go out one by one, what readers vanished over", async (test) => {
    const rig = await openLog(test);
    const ids = await publishMany(rig, 20);
    const cursor = rig.store.tables.of("outbox_log_cursor");
    await rig.pool.query(
      `update ${cursor} set owner = gen_random_uuid(), epoch = 2, until_ms = 1, crashes = 1`,
    );
    const broker = scriptedBroker();
    const { events, emit } = recorder();
    const relay = rig.start({ routeOf: (type) => ({ broker, destination: type }), emit });
    await until("all is published", () => broker.confirmed.length === 20);
    assert.equal(broker.most(), 1);
    assert.deepEqual(
      events.filter(({ type }) => type.startsWith("log.")),
      [
        { type: "log.taken", crashes: 2 },
        { type: "log.put-aside", messages: 20 },
      ],
    );
    const more = await publishMany(rig, 500);
    await until("later ones go as ever", () => broker.confirmed.length === 520);
    assert.ok(broker.most() > 1);
    await relay.stop();
    assertOnce(broker.confirmed, [...ids, ...more]);
  });

  it("lose nothing when the tables came from a server that had counted further", async (test) => {
    const rig = await openLog(test);
    const ids = await publishMany(rig, 200);
    const cursor = rig.store.tables.of("outbox_log_cursor");
    const log = rig.store.tables.of("outbox_log");
    // Half of it carries numbers that this server has not given out yet.
    await rig.pool.query(`update ${log} set txid = '9000000000000' where lid % 2 = 0`);
    await rig.pool.query(`update ${cursor} set old = '9100000000000:9100000000000:'`);
    const broker = scriptedBroker();
    const { events, emit } = recorder();
    const relay = rig.start({ routeOf: (type) => ({ broker, destination: type }), emit });
    await until("all is published", () => broker.confirmed.length === 200);
    const more = await publishMany(rig, 100);
    await until("later ones as well", () => broker.confirmed.length === 300);
    await relay.stop();
    assert.deepEqual(
      events.flatMap(({ type }) => (type === "log.restored" ? [type] : [])),
      ["log.restored"],
    );
    assertOnce(broker.confirmed, [...ids, ...more]);
  });

  it("pass the relay's crash points", async (test) => {
    const rig = await openLog(test);
    const passed = new Set<string>();
    onCrashPoint((point) => passed.add(point));
    await publishMany(rig, 1, { type: "bad" });
    await publishMany(rig, 1);
    const broker = scriptedBroker(({ envelope }) =>
      envelope.type === "bad" ? { ok: false, kind: "rejected", error: "no" } : { ok: true },
    );
    const relay = rig.start({
      routeOf: (type) => ({ broker, destination: type }),
      options: { attempts: 1, order: "off" },
    });
    await until("all is done", async () => (await rig.count("dead_letter")) === 1);
    await relay.stop();
    onCrashPoint(null);
    const points = [
      "after-ack",
      "after-claim",
      "after-dead-letter",
      "after-settle",
      "before-dead-letter",
      "before-publish",
      "before-settle",
    ];
    assert.deepEqual(
      [...passed].filter((point) => point.startsWith("relay:")).sort(),
      points.map((point) => `relay:${point}`),
    );
  });
});

/** A store whose reader neither extends its lease nor moves on, as if it stood still. */
function withoutExtensions(store: Store): Store {
  return wrapped(store, (sql) => /^update .* set until_ms = /.test(sql) && !sql.includes("epoch + 1"));
}

function wrapped(store: Store, fails: (sql: string) => boolean): Store {
  const guard = async <T>(sql: string, run: () => Promise<T>): Promise<T> => {
    if (fails(sql)) throw new Error("the database does not answer");
    return run();
  };
  return {
    ...store,
    async connect(options) {
      const session = await store.connect(options);
      return {
        ...session,
        query: (sql, params, name) => guard(sql, () => session.query(sql, params, name)),
        transaction: (work, given) =>
          session.transaction(
            (tx) =>
              work({ ...tx, query: (sql, params, name) => guard(sql, () => tx.query(sql, params, name)) }),
            given,
          ),
      };
    },
  };
}
