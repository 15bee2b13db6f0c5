import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createPool } from "mysql2/promise";
import { Pool } from "pg";
import postgresJs from "postgres";
import { type Migration, migrate } from "../../src/migrations.ts";
import type { Store } from "../../src/store.ts";
import { mysql } from "../../src/stores/mysql.ts";
import { postgres } from "../../src/stores/postgres.ts";
import { sqlite } from "../../src/stores/sqlite.ts";
import { absent, ownName, servers } from "./servers.ts";

/** A store of a test's own: fresh tables, gone when it is closed. */
export interface TestStore {
  readonly name: string;
  readonly skip: string | false;
  open(migrations: readonly Migration[]): Promise<OpenStore>;
}

/** An open one. `again` is a second store on the same tables, as another process would have. */
export interface OpenStore {
  readonly store: Store;
  again(): Store;
  /** Hands out the driver's own connection with a transaction begun on it, and ends it as `run` ends. */
  inUserTransaction<T>(
    run: (handle: unknown, query: (sql: string, params?: unknown[]) => Promise<unknown>) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
}

const postgresAbsent = await absent("postgres");
const mariadbAbsent = await absent("mariadb");

/** Every store, each over the real database. */
export const testStores: readonly TestStore[] = [
  { name: "sqlite in memory", skip: false, open: openMemory },
  { name: "sqlite in a file", skip: false, open: openFile },
  { name: "postgres by pg", skip: postgresAbsent, open: openPostgres },
  { name: "postgres by postgres.js", skip: postgresAbsent, open: openPostgresJs },
  { name: "mariadb by mysql2", skip: mariadbAbsent, open: openMariadb },
];

async function openMemory(migrations: readonly Migration[]): Promise<OpenStore> {
  const database = new DatabaseSync(":memory:");
  const store = sqlite(database);
  await migrate(store, migrations);
  return {
    store,
    again: () => sqlite(database),
    inUserTransaction: (run) => inSqlite(database, run),
    close: async () => {
      await store.close();
      database.close();
    },
  };
}

async function openFile(migrations: readonly Migration[]): Promise<OpenStore> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-sqlite-"));
  const path = join(folder, "test.db");
  const opened: Store[] = [];
  const again = (): Store => {
    const store = sqlite(path);
    opened.push(store);
    return store;
  };
  const store = again();
  const user = new DatabaseSync(path, { timeout: 5_000 });
  await migrate(store, migrations);
  return {
    store,
    again,
    inUserTransaction: (run) => inSqlite(user, run),
    close: async () => {
      for (const one of opened) await one.close();
      user.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function inSqlite<T>(
  database: DatabaseSync,
  run: Parameters<OpenStore["inUserTransaction"]>[0] extends never
    ? never
    : (handle: unknown, query: (sql: string, params?: unknown[]) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  database.exec("BEGIN IMMEDIATE");
  try {
    const value = await run(database, async (sql, params = []) =>
      database.prepare(sql).all(...(params as never[])),
    );
    database.exec("COMMIT");
    return value;
  } catch (failure) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw failure;
  }
}

async function openPostgres(migrations: readonly Migration[]): Promise<OpenStore> {
  const schema = ownName();
  const pool = new Pool({ ...servers.postgres, max: 20 });
  pool.on("error", () => {});
  const again = (): Store => postgres(pool, { schema });
  const store = again();
  await migrate(store, migrations);
  return {
    store,
    again,
    async inUserTransaction(run) {
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        const value = await run(client, async (sql, params = []) => (await client.query(sql, params)).rows);
        await client.query("COMMIT");
        return value;
      } catch (failure) {
        await client.query("ROLLBACK");
        throw failure;
      } finally {
        client.release();
      }
    },
    close: async () => {
      await store.close();
      await pool.query(`drop schema if exists "${schema}" cascade`);
      await pool.end();
    },
  };
}

async function openPostgresJs(migrations: readonly Migration[]): Promise<OpenStore> {
  const schema = ownName();
  const sql = postgresJs({ ...servers.postgres, max: 20, onnotice: () => {} });
  const again = (): Store => postgres(sql as never, { schema });
  const store = again();
  await migrate(store, migrations);
  return {
    store,
    again,
    inUserTransaction: (run) =>
      sql.begin((tx) => run(tx, (text, params = []) => tx.unsafe(text, params as never[]))) as never,
    close: async () => {
      await store.close();
      await sql.unsafe(`drop schema if exists "${schema}" cascade`);
      // A connection that broke would be waited for without end.
      await sql.end({ timeout: 2 });
    },
  };
}

async function openMariadb(migrations: readonly Migration[]): Promise<OpenStore> {
  const prefix = `${ownName()}_`;
  const pool = createPool({ ...servers.mariadb, connectionLimit: 20 });
  const again = (): Store => mysql(pool, { prefix });
  const store = again();
  await migrate(store, migrations);
  return {
    store,
    again,
    async inUserTransaction(run) {
      const connection = await pool.getConnection();
      try {
        await connection.beginTransaction();
        const value = await run(
          connection,
          async (sql, params = []) => (await connection.query(sql, params))[0],
        );
        await connection.commit();
        return value;
      } catch (failure) {
        await connection.rollback();
        throw failure;
      } finally {
        connection.release();
      }
    },
    close: async () => {
      await store.close();
      const [tables] = await pool.query(
        `select table_name as name from information_schema.tables where table_schema = database() and table_name like '${prefix}%'`,
      );
      for (const { name } of tables as { name: string }[])
        await pool.query(`drop table if exists \`${name}\``);
      await pool.end();
    },
  };
}
