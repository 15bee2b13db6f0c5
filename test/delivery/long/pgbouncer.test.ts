import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { type DatabasePlace, freshDatabase, openDatabase } from "../load/databases.ts";
import { startLoad } from "../load/load.ts";
import { openBroker, openDelivery } from "../load/workers.ts";
import { pgbouncerMissing, startPgbouncer } from "../servers/pgbouncer.ts";
import { postgresAddress, postgresMissing, startPostgres } from "../servers/postgres.ts";
import type { OwnServer } from "../servers/server.ts";

const skip = postgresMissing || pgbouncerMissing;

describe("a load behind PgBouncer in transaction mode", { skip }, () => {
  let server: OwnServer;
  let pooler: OwnServer;
  before(async () => {
    server = await startPostgres();
    pooler = await startPgbouncer(server.port);
  });
  after(async () => {
    await pooler?.close();
    await server?.close();
  });

  it("loses nothing and does nothing twice, also when the pooler is killed, and leaves other clients as they are (D5)", async () => {
    const judgeAt = await freshDatabase("postgres", server.port);
    const database = { ...judgeAt, port: pooler.port, pooler: "transaction" } as const;
    const load = await startLoad({ database, judgeAt, broker: { kind: "in-process" } });
    try {
      await load.committed(100);
      assert.deepEqual(await seenByOthers(database), ["on on"]);
      assert.ok(
        !load.events.some(({ type }) => type === "relay.error"),
        "a statement of the relay was refused",
      );
      await pooler.kill();
      await sleep(300);
      await pooler.start();
      await load.committed(60);
      await load.finish();
      assert.ok(load.failures.size > 0, "producers saw nothing of it");
      assert.deepEqual(await poolerFindings(database), []);
    } finally {
      await load.close();
    }
  });

  it("is told by the doctor where the store was not told of the pooler", async () => {
    const place = await freshDatabase("postgres", server.port);
    assert.deepEqual(await poolerFindings({ ...place, port: pooler.port }), ["postgres-pooler-untold"]);
    assert.deepEqual(await poolerFindings(place), []);
  });
});

/** What clients that have nothing to do with the library are given: whether their commits are on disk, and whether tables may be read whole. */
async function seenByOthers({ port, database }: { readonly port: number; readonly database: string }) {
  const clients = Array.from({ length: 4 }, () => new Client(postgresAddress(port, database)));
  await Promise.all(clients.map((client) => client.connect()));
  const seen = new Map<string, Set<number>>();
  for (let round = 0; round < 100; round++)
    for (const client of clients) {
      const { rows } = await client.query(
        "select pg_backend_pid() as pid, current_setting('synchronous_commit') || ' ' || current_setting('enable_seqscan') as set",
      );
      seen.set(rows[0].set, (seen.get(rows[0].set) ?? new Set()).add(rows[0].pid));
    }
  await Promise.all(clients.map((client) => client.end()));
  assert.ok(new Set([...seen.values()].flatMap((pids) => [...pids])).size > 1, "one connection is no pool");
  return [...seen.keys()];
}

async function poolerFindings(place: DatabasePlace): Promise<readonly string[]> {
  const database = openDatabase(place);
  const d = openDelivery(database, openBroker({ kind: "in-process" }), () => {});
  try {
    const { findings } = await d.doctor();
    return findings.map(({ code }) => code).filter((code) => code.startsWith("postgres-pooler"));
  } finally {
    await d.close();
    await database.close();
  }
}
