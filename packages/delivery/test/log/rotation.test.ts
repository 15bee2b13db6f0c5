import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import { whole } from "../../src/log/cursor.ts";
import { rotate } from "../../src/log/rotation.ts";
import { logStatements } from "../../src/log/statements.ts";
import { currentSlot, logTables } from "../../src/log/tables.ts";
import { recorder, scriptedBroker } from "../../src/relay/testing/harness.ts";
import { until } from "../relay/support.ts";
import { assertOnce, openLog, publish, publishMany, type Rig, rowOf, skip } from "./support.ts";

/** Turns the tables: what was written goes into a table whose turn it is not. */
async function turn(rig: Rig, step: number): Promise<string> {
  const log = rig.store.tables.of("outbox_log");
  await rig.pool.query(
    `alter table ${log} alter column slot set default ((${currentSlot} + ${step}) % 3)::smallint`,
  );
  const { rows } = await rig.pool.query(`select (${currentSlot} + ${step}) % 3 as slot`);
  return `outbox_log_${rows[0].slot}`;
}

describe("the tables of the log", { skip }, () => {
  it("are emptied once they were read, and leave no dead rows behind", async (test) => {
    const rig = await openLog(test);
    const broker = scriptedBroker();
    const { events, emit } = recorder();
    const options = { leaseMs: 900 };
    const relay = rig.start({ routeOf: (type) => ({ broker, destination: type }), emit, options });
    const table = await turn(rig, 1);
    const ids = await publishMany(rig, 3_000);
    await until("it is emptied", async () => (await rig.count(table)) === 0);
    await relay.stop();
    assertOnce(broker.confirmed, ids);
    assert.deepEqual(
      events.filter(({ type }) => type === "log.emptied"),
      [{ type: "log.emptied", tables: 1 }],
    );
    const { rows } = await rig.pool.query("select pg_relation_size($1) as bytes", [
      `"${rig.schema}".${table}`,
    ]);
    assert.equal(Number(rows[0].bytes), 0);
  });

  it("are not emptied while somebody writes them or a row was not read, and nobody waits for them", async (test) => {
    const rig = await openLog(test);
    const broker = scriptedBroker();
    const { events, emit } = recorder();
    const options = { leaseMs: 900 };
    const relay = rig.start({ routeOf: (type) => ({ broker, destination: type }), emit, options });
    const table = await turn(rig, 1);
    const stalled = await rig.pool.connect();
    await stalled.query("begin");
    const late = rowOf();
    await publish(rig, stalled, [late]);
    const ids = await publishMany(rig, 100);
    await until("the others are published", () => relay.statistics().published === 100);
    // It has tried to empty the table by now, and a producer still gets into it at once.
    await systemClock.sleep(1_000);
    const more = await publishMany(rig, 1);
    await until("a later one", () => relay.statistics().published === 101, 2_000);
    assert.equal(events.filter(({ type }) => type === "log.emptied").length, 0);
    await stalled.query("commit");
    stalled.release();
    await until("the late one", () => relay.statistics().published === 102, 2_000);
    await until("and then it is emptied", async () => (await rig.count(table)) === 0);
    await relay.stop();
    assertOnce(broker.confirmed, [...ids, ...more, late.id]);
  });

  it("are emptied by their reader alone, and only of what the stored snapshot sees", async (test) => {
    const rig = await openLog(test);
    const tables = logTables(rig.store.tables);
    const statements = logStatements(tables);
    const table = await turn(rig, 1);
    await publishMany(rig, 10);
    const session = await rig.store.connect({ purpose: "test" });
    try {
      const member = "01920000-0000-7000-8000-000000000001";
      const taken = await statements.take(session, member, 60_000);
      assert.ok(taken !== null);
      const fence = { member, epoch: taken.epoch };
      assert.equal(await rotate(session, tables, fence), 0, "nothing was read");
      const cursor = whole(await statements.snapshot(session));
      const { spot } = taken;
      await statements.move(session, { fence, spot, cursor, leaseMs: 60_000, cleared: true });
      const stale = { member, epoch: taken.epoch - 1 };
      assert.equal(await rotate(session, tables, stale), 0, "somebody else's");
      const reading = await rig.pool.connect();
      await reading.query("begin");
      await reading.query(`select 1 from ${rig.store.tables.of(table)} limit 1`);
      const whileRead = await rotate(session, tables, fence);
      await reading.query("commit");
      reading.release();
      assert.equal(whileRead, 0, "somebody reads it");
      assert.equal(await rig.count(table), 10);
      assert.equal(await rotate(session, tables, fence), 1);
      assert.equal(await rig.count(table), 0);
    } finally {
      await session.close();
    }
  });
});
