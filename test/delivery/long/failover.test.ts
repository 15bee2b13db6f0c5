import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Client } from "pg";
import { startTcpProxy } from "../../../packages/delivery/src/conformance/tcp-proxy.ts";
import { freshDatabase } from "../load/databases.ts";
import { startLoad } from "../load/load.ts";
import { until } from "../load/until.ts";
import { postgresAddress, postgresMissing, startPostgres, startStandby } from "../servers/postgres.ts";

/** How far the standby is behind: what the relay wrote within it is lost. */
const lagMs = 300;

describe("a failover of PostgreSQL to a standby that has lost the last moments", {
  skip: postgresMissing,
}, () => {
  it("loses nothing that a producer was told is committed, and sends again what the relay had settled (D2)", async () => {
    const primary = await startPostgres({ wal_level: "replica", max_wal_senders: "4" });
    const line = await startTcpProxy({ host: "127.0.0.1", port: primary.port });
    const standby = await startStandby(primary.port, line.port);
    // Commits wait for the standby, those of the relay do not: it sets synchronous_commit = off for itself.
    await run(primary.port, "alter system set synchronous_standby_names = '*'");
    await run(primary.port, "select pg_reload_conf()");
    const place = await freshDatabase("postgres", primary.port);
    const target = { host: "127.0.0.1", port: primary.port };
    const address = await startTcpProxy(target);
    const database = { ...place, port: address.port };
    const load = await startLoad({ database, broker: { kind: "in-process" }, paceMs: 20 });
    const outbox = (port: number): Promise<readonly string[]> =>
      run(port, `select id::text from ${load.database.store.tables.of("outbox")}`, place.database);
    try {
      await load.committed(60);
      line.lag(lagMs);
      await load.committed(20);
      const sent = new Set<string>();
      let before: readonly string[] = await outbox(primary.port);
      await until("the relay settles something that the standby has not heard of", async () => {
        const now = await outbox(primary.port);
        const behind = new Set(await outbox(standby.port));
        for (const id of before) if (!now.includes(id) && behind.has(id)) sent.add(id);
        before = now;
        return sent.size > 0;
      });
      await line.refuse();
      await primary.kill();
      await run(standby.port, "select pg_promote()");
      const there = await outbox(standby.port);
      assert.ok(
        there.some((id) => sent.has(id)),
        "no settle was lost: the failover lost nothing of the relay",
      );
      target.port = standby.port;
      await load.committed(60);
      await load.finish();
    } finally {
      await load.close();
      await address.close();
      await line.close();
      await standby.close();
      await primary.close();
    }
  });
});

/** Runs one statement past every proxy; answers the first column. */
async function run(port: number, sql: string, database?: string): Promise<readonly string[]> {
  const client = new Client(postgresAddress(port, database));
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: "array" });
    return rows.map(([first]) => String(first));
  } finally {
    await client.end();
  }
}
