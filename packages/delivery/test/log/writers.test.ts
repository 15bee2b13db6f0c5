import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Random, seededRandom, systemClock } from "@holdfast/core";
import { Pool } from "pg";
import { scriptedBroker } from "../../src/relay/testing/harness.ts";
import { until } from "../relay/support.ts";
import { servers } from "../support/servers.ts";
import { assertOnce, openLog, publish, publishMany, type Rig, rowOf, skip } from "./support.ts";

/** One transaction of a producer: slow or quick, kept or not, with savepoints. Resolves to the ids that were committed. */
async function produce(rig: Rig, random: Random): Promise<readonly string[]> {
  const kept: string[] = [];
  const write = async (into: string[]): Promise<void> => {
    const rows = Array.from({ length: random.integer(1, 4) }, () => rowOf());
    await publish(rig, client, rows);
    into.push(...rows.map(({ id }) => id));
  };
  const client = await rig.pool.connect();
  try {
    await client.query("begin");
    // Some take their number long before they publish.
    if (random.next() < 0.3) await client.query("select pg_current_xact_id()");
    if (random.next() < 0.1) await systemClock.sleep(random.between(0, 1_500));
    await write(kept);
    if (random.next() < 0.4) {
      await client.query("savepoint s");
      const inner: string[] = [];
      await write(inner);
      if (random.next() < 0.5) await client.query("rollback to savepoint s");
      else {
        await client.query("release savepoint s");
        kept.push(...inner);
      }
      if (random.next() < 0.5) await write(kept);
    }
    if (random.next() < 0.1) await systemClock.sleep(random.between(0, 1_500));
    const commits = random.next() < 0.75;
    await client.query(commits ? "commit" : "rollback");
    return commits ? kept : [];
  } finally {
    client.release();
  }
}

/** Twelve producers at once, for a while. */
async function produceAll(rig: Rig, forMs: number): Promise<readonly string[]> {
  const endMs = systemClock.monotonic() + forMs;
  const ids: string[] = [];
  const producers = Array.from({ length: 12 }, async (_, at) => {
    const random = seededRandom(at + 1);
    while (systemClock.monotonic() < endMs) ids.push(...(await produce(rig, random)));
  });
  await Promise.all(producers);
  return ids;
}

/** A transaction in another database that has its number and stays open. */
async function writerElsewhere(): Promise<{ end(): Promise<void> }> {
  const pool = new Pool({ ...servers.postgres, database: "postgres", max: 1 });
  const client = await pool.connect();
  await client.query("begin");
  await client.query("select pg_current_xact_id()");
  return {
    async end() {
      await client.query("rollback");
      client.release();
      await pool.end();
    },
  };
}

describe("the log under concurrent writers", { skip }, () => {
  it("loses nothing, invents nothing and repeats nothing (P6)", async (test) => {
    const rig = await openLog(test);
    const broker = scriptedBroker();
    const relay = rig.start({ routeOf: (type) => ({ broker, destination: type }) });
    const ids = await produceAll(rig, 4_000);
    assert.ok(ids.length > 100, `enough was written: ${ids.length}`);
    await until("all is published", () => relay.statistics().published >= ids.length);
    await systemClock.sleep(200);
    await relay.stop();
    assertOnce(broker.confirmed, ids);
    assert.equal(await rig.count("outbox"), 0);
  });

  it("waits for no writer that stays open, here or in another database (P7)", async (test) => {
    const rig = await openLog(test);
    const broker = scriptedBroker();
    const relay = rig.start({ routeOf: (type) => ({ broker, destination: type }) });
    const elsewhere = await writerElsewhere();
    const stalled = await rig.pool.connect();
    await stalled.query("begin");
    const late = rowOf();
    await publish(rig, stalled, [late]);
    const others = await publishMany(rig, 3_000);
    await until("the others are published", () => relay.statistics().published === 3_000, 5_000);
    const more = await publishMany(rig, 10);
    await until("later ones too", () => relay.statistics().published === 3_010, 5_000);
    await stalled.query("commit");
    stalled.release();
    await until("and the late one", () => relay.statistics().published === 3_011, 5_000);
    await elsewhere.end();
    await relay.stop();
    assert.equal(broker.confirmed.at(-1)?.envelope.id, late.id);
    assertOnce(broker.confirmed, [...others, ...more, late.id]);
  });

  it("reads what was left open over a restart of the reader", async (test) => {
    const rig = await openLog(test);
    const broker = scriptedBroker();
    const routeOf = (type: string) => ({ broker, destination: type });
    const stalled = await rig.pool.connect();
    await stalled.query("begin");
    const late = rowOf();
    await publish(rig, stalled, [late]);
    const ids = await publishMany(rig, 100);
    const first = rig.start({ routeOf });
    await until("the others are published", () => first.statistics().published === 100);
    await first.stop();
    await stalled.query("commit");
    stalled.release();
    const second = rig.start({ store: rig.again(), routeOf });
    await until("the late one is published", () => second.statistics().published === 1);
    await second.stop();
    assertOnce(broker.confirmed, [...ids, late.id]);
  });
});
