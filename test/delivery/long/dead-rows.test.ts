import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Broker, type Delivery, delivery, message, type StandardSchema } from "@holdfast/delivery";
import { Client } from "pg";
import { z } from "zod";
import { freshDatabase, type LoadDatabase, openDatabase } from "../load/databases.ts";
import { postgresAddress, postgresMissing, startPostgres } from "../servers/postgres.ts";
import type { OwnServer } from "../servers/server.ts";

const schema: StandardSchema<{ readonly n: number }> = z.object({ n: z.number() });
const Note = message("rows.note", { schema });
const stretch = 4_000;
/** How many stretches are sent beside dead rows. */
const stretches = 16;

/** A broker that confirms at once: what is measured is the database. */
function confirmingAtOnce(onConfirmed: () => void): Broker {
  const none = async () => {};
  return {
    kind: "at-once",
    guarantees: {
      confirms: "stored",
      survivesRestart: true,
      fsyncBeforeConfirm: true,
      dedupeMs: 0,
      ordered: true,
      redelivers: true,
      reportsUnroutable: true,
      bytesMax: 2 ** 20,
    },
    destination: () => undefined,
    publish: async () => {
      onConfirmed();
      return { ok: true, duplicate: false };
    },
    subscribe: async () => ({ stop: none, close: none }),
    inspect: async () => [],
    close: none,
  };
}

describe("rows that are dead and cannot be taken away", { skip: postgresMissing }, () => {
  let server: OwnServer;
  before(async () => {
    server = await startPostgres({ autovacuum_naptime: "1s" });
  });
  after(() => server?.close());

  it("make a relay no slower while somebody holds a snapshot (D6)", async () => {
    await noSlower(server.port, async ({ hold }) => hold());
  });

  it("make a relay no slower where nothing vacuums its outbox, and the doctor tells of it (D7)", async () => {
    await noSlower(server.port, async ({ database, d }) => {
      await database.query(
        `alter table ${database.store.tables.of("outbox")} set (autovacuum_enabled = off)`,
      );
      const { findings } = await d.doctor();
      assert.ok(
        findings.some(({ code }) => code === "postgres-autovacuum-off-table"),
        JSON.stringify(findings),
      );
    });
  });
});

interface Scene {
  readonly database: LoadDatabase;
  readonly d: Delivery<{ readonly bus: Broker }>;
  /** Holds a snapshot of before until the end. */
  hold(): Promise<void>;
}

/** Sends a few stretches, brings dead rows about, and sends many more: the last ones may take no more than twice as long as the first ones. */
async function noSlower(port: number, bringAbout: (scene: Scene) => Promise<void>): Promise<void> {
  const place = await freshDatabase("postgres", port);
  const database = openDatabase(place, place, 30_000);
  let confirmed = 0;
  const bus = confirmingAtOnce(() => confirmed++);
  const d = delivery({ store: database.store, brokers: { bus } });
  d.route(Note, "bus");
  const holder = new Client(postgresAddress(port, place.database));
  await holder.connect();
  const stop = new AbortController();
  const sendStretch = async (): Promise<number> => {
    const goal = confirmed + stretch;
    const startedMs = performance.now();
    for (let sent = 0; sent < stretch; sent += 500)
      await d.publishNow(Array.from({ length: 500 }, (_, at) => Note({ n: at })));
    while (confirmed < goal) await new Promise((resolve) => setTimeout(resolve, 2));
    return performance.now() - startedMs;
  };
  try {
    await d.migrate();
    const running = d.run({ signal: stop.signal });
    await sendStretch();
    const before = [await sendStretch(), await sendStretch(), await sendStretch()];
    await bringAbout({
      database,
      d,
      async hold() {
        await holder.query("begin isolation level repeatable read; select txid_current_snapshot()");
      },
    });
    const after: number[] = [];
    for (let count = 0; count < stretches; count++) after.push(await sendStretch());
    const [dead] = await database.query(
      "select n_dead_tup::int as n from pg_stat_user_tables where relname like '%outbox'",
    );
    const told = `before ${before.map(Math.round)} ms, after ${after.map(Math.round)} ms, dead ${dead?.["n"]}`;
    assert.ok(Number(dead?.["n"]) > stretch, `the dead rows were taken away: ${told}`);
    // The quickest of several: whatever else this machine does makes them longer, and never shorter.
    assert.ok(Math.min(...after.slice(-4)) <= 2 * Math.min(...before), told);
    stop.abort();
    await running;
  } finally {
    stop.abort();
    await holder.end();
    await d.close();
    await database.close();
  }
}
