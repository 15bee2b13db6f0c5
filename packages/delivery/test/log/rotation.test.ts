import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "@holdfast/core";
import { currentSlot } from "../../src/log/tables.ts";
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
});
