import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Store } from "@holdfast/delivery";
import { mysql } from "@holdfast/delivery/mysql";
import { postgres } from "@holdfast/delivery/postgres";
import { sqlite } from "@holdfast/delivery/sqlite";
import { createPool } from "mysql2/promise";
import { Pool } from "pg";
import type { Orders } from "./model.ts";

type Row = Readonly<Record<string, unknown>>;

/** The database of a case, with the store of the library and a connection that has nothing to do with it. */
export interface Database {
  readonly store: Store;
  /** The nth placeholder. */
  mark(at: number): string;
  /** Statements outside of the library. */
  query(sql: string, params?: readonly unknown[]): Promise<readonly Row[]>;
  table(name: string): string;
  close(): Promise<void>;
  /** Takes away everything that the case made. */
  drop(): Promise<void>;
}

/** Opens the database that a case works in. */
export function openDatabase({ store, name, folder }: Pick<Orders, "store" | "name" | "folder">): Database {
  switch (store) {
    case "sqlite":
      return openSqlite(join(folder, "case.db"));
    case "postgres":
      return openPostgres(name);
    case "mariadb":
      return openMariadb(name);
  }
}

function openSqlite(path: string): Database {
  const own = new DatabaseSync(path, { timeout: 10_000 });
  own.exec("pragma journal_mode = wal");
  const store = sqlite(path);
  return {
    store,
    mark: () => "?",
    query: async (sql, params = []) => own.prepare(sql).all(...(params as never[])) as unknown as Row[],
    table: (table) => `app_${table}`,
    async close() {
      await store.close();
      own.close();
    },
    drop: () => Promise.resolve(),
  };
}

function openPostgres(schema: string): Database {
  const pool = new Pool({ host: "127.0.0.1", user: "root", database: "test", max: 12 });
  pool.on("error", () => {});
  const store = postgres(pool, { schema });
  return {
    store,
    mark: (at) => `$${at}`,
    query: async (sql, params = []) => (await pool.query(sql, [...params])).rows as Row[],
    table: (table) => `"${schema}"."app_${table}"`,
    async close() {
      await store.close();
      await pool.end();
    },
    drop: async () => void (await pool.query(`drop schema if exists "${schema}" cascade`)),
  };
}

function openMariadb(name: string): Database {
  const pool = createPool({ host: "127.0.0.1", user: "root", database: "test", connectionLimit: 12 });
  const store = mysql(pool, { prefix: `${name}_` });
  return {
    store,
    mark: () => "?",
    query: async (sql, params = []) => (await pool.query(sql, [...params]))[0] as Row[],
    table: (table) => `\`${name}_app_${table}\``,
    async close() {
      await store.close();
      await pool.end();
    },
    async drop() {
      const [tables] = await pool.query(
        "select table_name as name from information_schema.tables where table_schema = database() and table_name like ?",
        [`${name}\\_%`],
      );
      for (const { name: table } of tables as { name: string }[])
        await pool.query(`drop table if exists \`${table}\``);
    },
  };
}
