import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import postgresJs from "postgres";
import { isDeliveryError } from "../src/errors.ts";
import { postgres } from "../src/stores/postgres.ts";
import { absent, ownName, servers } from "./support/servers.ts";

type Sql = ReturnType<typeof postgresJs>;
const coded = (code: string) => (error: unknown) => isDeliveryError(error) && error.code === code;
const skip = await absent("postgres");
const table = ownName();

/** Runs with a pool of one connection, which whoever comes next therefore gets. */
async function withOne(run: (sql: Sql) => Promise<void>): Promise<void> {
  const sql = postgresJs({ ...servers.postgres, max: 1, onnotice: () => {} });
  try {
    await run(sql);
  } finally {
    await sql.end({ timeout: 2 });
  }
}

describe("a connection of postgres.js", { skip }, () => {
  const other = postgresJs({ ...servers.postgres, max: 1, onnotice: () => {} });
  const storeOn = (sql: Sql, answerTimeoutMs = 30_000) =>
    postgres(sql as never, { schema: "public", notify: false, answerTimeoutMs });
  const rows = async () =>
    (await other.unsafe(`select id from ${table} order by id`)).map((row) => row["id"]);

  before(async () => {
    if (skip === false) await other.unsafe(`create table ${table} (id integer primary key)`);
  });
  after(async () => {
    if (skip === false) await other.unsafe(`drop table ${table}`);
    await other.end({ timeout: 2 });
  });

  it("is in no transaction when the next one gets it, though an answer did not come in time", async () => {
    await withOne(async (sql) => {
      const late = storeOn(sql, 150).transaction(async (tx) => {
        await tx.query(`insert into ${table} values (1)`);
        await tx.query("select pg_sleep(0.6)");
      });
      await assert.rejects(late, coded("STORE_UNREACHABLE"));
      await sql.unsafe(`insert into ${table} values (2)`);
      assert.deepEqual(await rows(), [2]);
    });
  });

  it("leaves the statements that others have prepared as they are", async () => {
    await withOne(async (sql) => {
      const prepared = (on: Pick<Sql, never> & ((...args: never[]) => unknown)) =>
        (on as unknown as Sql)`select ${1}::integer as one`;
      await prepared(sql as never);
      const session = await storeOn(sql).connect({ purpose: "it's a test", relaxed: true });
      await session.query("select pg_advisory_lock(4711)");
      await session.close();
      const result = await sql.begin(async (tx) => {
        const [row] = await tx.unsafe(
          "select current_setting('synchronous_commit') as setting, (select count(*)::integer from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks",
        );
        return [...(await prepared(tx as never)), row];
      });
      assert.deepEqual(
        result.map((row) => ({ ...row })),
        [{ one: 1 }, { setting: "on", locks: 0 }],
      );
    });
  });

  it("takes no statement once it has broken, though the driver has opened it for somebody else", async () => {
    await withOne(async (sql) => {
      const session = await storeOn(sql).connect({ purpose: "test" });
      const [mine] = (await session.query("select pg_backend_pid() as pid")).rows;
      await other.unsafe(`select pg_terminate_backend(${mine?.["pid"]})`);
      await sleep(100);
      await sql
        .begin(async (tx) => {
          await tx.unsafe(`insert into ${table} values (3)`);
          await assert.rejects(session.query(`insert into ${table} values (4)`), coded("STORE_UNREACHABLE"));
          await assert.rejects(
            session.transaction(() => {}),
            coded("STORE_UNREACHABLE"),
          );
          await session.close();
          throw new Error("no");
        })
        .catch((error: unknown) => assert.match(String(error), /^Error: no$/));
      assert.deepEqual(await rows(), [2]);
      await storeOn(sql).transaction((tx) => tx.query(`insert into ${table} values (5)`));
      assert.deepEqual(await rows(), [2, 5]);
    });
  });

  it("takes no statement of a session that was closed", async () => {
    await withOne(async (sql) => {
      const session = await storeOn(sql).connect({ purpose: "test" });
      await session.close();
      await assert.rejects(session.query("select 1"), coded("DISPOSED"));
      await assert.rejects(
        session.transaction(() => {}),
        coded("DISPOSED"),
      );
    });
  });

  it("is refused at once where the driver would never hand one out", async () => {
    const sql = postgresJs({ ...servers.postgres, max: 1, fetch_types: false });
    await assert.rejects(
      storeOn(sql).transaction(() => {}),
      coded("CONFIGURATION"),
    );
    await sql.end({ timeout: 2 });
  });
});
