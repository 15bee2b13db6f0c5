import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Pool } from "pg";
import { doctor } from "../src/doctor/index.ts";
import { migrate } from "../src/migrations.ts";
import { createKeptSession } from "../src/relay/kept-session.ts";
import { migrations } from "../src/schema.ts";
import type { Store } from "../src/store.ts";
import { type PostgresOptions, postgres } from "../src/stores/postgres.ts";
import { absent, ownName, servers } from "./support/servers.ts";

/** What is left on a connection for whoever has it next: settings, prepared statements and locks. */
const left = `select current_setting('synchronous_commit') as commits, current_setting('enable_seqscan') as scans,
  (select count(*)::int from pg_prepared_statements) as prepared,
  (select count(*)::int from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks`;
const nothing = { commits: "on", scans: "on", prepared: 0, locks: 0 };

interface Client {
  query(sql: string): Promise<{ readonly rows: readonly unknown[] }>;
}

/** Works through the store, a relay's session among others, and looks at the very connections that it worked on. */
async function leftBy(pooler: NonNullable<PostgresOptions["pooler"]>): Promise<readonly unknown[]> {
  const schema = ownName();
  const pool = new Pool({ ...servers.postgres, max: 2 });
  const clients: Client[] = [];
  pool.on("connect", (client) => clients.push(client));
  const store = postgres(pool, { schema, pooler, notify: false });
  const kept = createKeptSession(store, { purpose: "holdfast relay", relaxed: true });
  try {
    await migrate(store, migrations);
    const inForce = await kept.use(async (session) => {
      await session.query("select $1::int as n", [1], "named");
      return (await session.transaction((tx) => tx.query(left))).rows[0];
    });
    assert.deepEqual([inForce?.["commits"], inForce?.["scans"]], ["off", "off"]);
    await store.transaction((tx) => tx.query("select $1::int as n", [1], "named as well"));
    const [relays, callers] = clients.slice(-2);
    return await Promise.all([relays, callers].map(async (client) => (await client?.query(left))?.rows[0]));
  } finally {
    await kept.close();
    await store.close();
    await pool.query(`drop schema if exists "${schema}" cascade`);
    await pool.end();
  }
}

describe("a PostgreSQL store behind a pooler in transaction mode", { skip: await absent("postgres") }, () => {
  it("leaves no setting, no prepared statement and no lock on a connection for the next client", async () => {
    assert.deepEqual(await leftBy("transaction"), [nothing, nothing]);
    assert.notDeepEqual(await leftBy("none"), [nothing, nothing], "what would be left is not seen");
  });

  it("listens for no hints and is not asked whether it was told, which it was", async () => {
    const pool = new Pool(servers.postgres);
    const opened = async (pooler: NonNullable<PostgresOptions["pooler"]>): Promise<[boolean, number]> => {
      const store = postgres(pool, { pooler, notify: true });
      let sessions = 0;
      const connect: Store["connect"] = (options) => {
        sessions += 1;
        return store.connect(options);
      };
      const context = await doctor({ store: { ...store, connect }, migrations: [] });
      assert.ok(context.asked.includes("postgres-pooler"));
      await store.close();
      return [store.hints === undefined, sessions];
    };
    const [withHints, asked] = await opened("none");
    const [without, less] = await opened("transaction");
    assert.deepEqual([withHints, without, asked - less], [false, true, 1]);
    await pool.end();
  });
});
