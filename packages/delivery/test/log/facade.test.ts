import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Pool } from "pg";
import { delivery, type Message, message, type StandardSchema } from "../../src/index.ts";
import { scriptedBroker } from "../../src/relay/testing/harness.ts";
import { postgres } from "../../src/stores/postgres.ts";
import { until } from "../relay/support.ts";
import { ownName, servers } from "../support/servers.ts";
import { skip } from "./support.ts";

const anything: StandardSchema<{ readonly id: string }> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as { id: string } }) },
};
const Noted = message("noted", { schema: anything, key: ({ id }) => id });
const Placed = message("placed", { schema: anything, key: ({ id }) => id, ordered: true });

describe("a delivery whose outbox is a log", { skip }, () => {
  it("publishes by the same calls; what is ordered, delayed or named goes by the queue", async (test) => {
    const schema = ownName();
    const pool = new Pool({ ...servers.postgres, max: 20 });
    pool.on("error", () => {});
    const bus = scriptedBroker();
    const d = delivery({ store: postgres(pool, { schema, outbox: "log" }), brokers: { bus } });
    test.after(async () => {
      await d.close();
      await pool.query(`drop schema if exists "${schema}" cascade`);
      await pool.end();
    });
    await d.migrate();
    const count = async (table: string): Promise<number> =>
      Number((await pool.query(`select count(*) as n from "${schema}"."${table}"`)).rows[0].n);
    const named = "01920000-0000-7000-8000-000000000001";
    const mixed: readonly Message[] = [
      Noted({ id: "a" }),
      Placed({ id: "k" }),
      Noted({ id: "b" }, { delayMs: 300 }),
      Noted({ id: "c" }, { id: named }),
      Noted({ id: "d" }),
    ];
    const client = await pool.connect();
    await client.query("begin");
    const ids = await d.publish(client, mixed);
    await client.query("commit");
    await client.query("begin");
    await d.publish(client, mixed);
    await client.query("rollback");
    client.release();
    assert.equal(await count("outbox_log"), 2);
    assert.equal(await count("outbox"), 3);
    const stop = new AbortController();
    const run = d.run({ signal: stop.signal, only: ["relay"] });
    for (const seq of [2, 3, 4]) await d.publishNow(Placed({ id: "k" }), { correlationId: `at ${seq}` });
    await until("all is published", () => bus.confirmed.length === 8);
    stop.abort();
    await run;
    const placed = bus.confirmed.filter(({ envelope }) => envelope.type === "placed");
    assert.deepEqual(
      placed.map(({ envelope }) => envelope.seq),
      [1, 2, 3, 4],
    );
    const sent = new Set(bus.confirmed.map(({ envelope }) => envelope.id));
    assert.ok(ids.every((id) => sent.has(id)) && sent.size === 8);
    const by = Object.fromEntries(bus.confirmed.map(({ envelope }) => [envelope.id, envelope]));
    assert.equal(by[ids[0] ?? ""]?.key, "a");
    assert.equal(by[ids[0] ?? ""]?.contentType, "application/json");
  });
});
