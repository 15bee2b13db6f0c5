import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { drizzle as drizzleMysql } from "drizzle-orm/mysql2";
import { drizzle as drizzlePg } from "drizzle-orm/node-postgres";
import { drizzle as drizzlePostgresJs } from "drizzle-orm/postgres-js";
import { drizzle as drizzleProxy } from "drizzle-orm/sqlite-proxy";
import knexOf from "knex";
import { CamelCasePlugin, Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from "kysely";
import { createPool as createCallbackPool } from "mysql2";
import { createPool } from "mysql2/promise";
import { Pool } from "pg";
import postgresJs from "postgres";
import { drizzle } from "../../src/adapters/drizzle.ts";
import { knex } from "../../src/adapters/knex.ts";
import { kysely } from "../../src/adapters/kysely.ts";
import { prisma } from "../../src/adapters/prisma.ts";
import type { Store } from "../../src/store.ts";
import { mysql } from "../../src/stores/mysql.ts";
import { postgres } from "../../src/stores/postgres.ts";
import { sqlite } from "../../src/stores/sqlite.ts";
import type { Tx } from "../../src/tx.ts";
import { prismaClient } from "../support/prisma/client.ts";
import { absent, ownName, servers } from "../support/servers.ts";
import { BetterSqliteDriver } from "./sqlite-driver.ts";

/** A query builder on a real database, with a store on the same one. */
export interface Builder {
  readonly name: string;
  readonly skip: string | false;
  open(): OpenBuilder;
}

/** An open one. */
export interface OpenBuilder {
  readonly store: Store;
  /** Runs in a transaction of the builder, adapted; what fails rolls it back. */
  transaction(run: (tx: Tx) => Promise<unknown>): Promise<unknown>;
  /** Adapts the builder itself, which is in no transaction. */
  outside(): Tx;
  close(): Promise<unknown>;
}

const postgresAbsent = await absent("postgres");
const mariadbAbsent = await absent("mariadb");

/** Knex' own client for better-sqlite3, of which it exports no types. */
const BetterSqliteClient = createRequire(import.meta.url)(
  "knex/lib/dialects/better-sqlite3/index.js",
) as new (
  config: object,
) => object;

/** Every query builder on every database that it and this machine can bring together. */
export const builders: readonly Builder[] = [
  onPostgres("kysely", (pool) => {
    const db = new Kysely<object>({
      dialect: new PostgresDialect({ pool }),
      plugins: [new CamelCasePlugin()],
    });
    return {
      transaction: (run) => db.transaction().execute((trx) => run(kysely(trx))),
      outside: () => kysely(db as never),
    };
  }),
  onPostgres("drizzle over pg", (pool) => {
    const db = drizzlePg(pool);
    return {
      transaction: (run) => db.transaction((tx) => run(drizzle(tx, sql))),
      outside: () => drizzle(db as never, sql),
    };
  }),
  onPostgres("drizzle over postgres.js", () => {
    const client = postgresJs({ ...servers.postgres, max: 2 });
    const db = drizzlePostgresJs(client);
    return {
      transaction: (run) => db.transaction((tx) => run(drizzle(tx, sql))),
      outside: () => drizzle(db as never, sql),
      close: () => client.end(),
    };
  }),
  onPostgres("knex", () => {
    const db = knexOf({ client: "pg", connection: { ...servers.postgres } });
    return {
      transaction: (run) => db.transaction((trx) => run(knex(trx))),
      outside: () => knex(db),
      close: () => db.destroy(),
    };
  }),
  onPostgres("prisma", () => {
    const client = prismaClient();
    return {
      transaction: (run) => client.$transaction((tx) => run(prisma(tx))),
      outside: () => prisma(client),
      close: () => client.$disconnect(),
    };
  }),
  onMariadb("kysely", () => {
    const pool = createCallbackPool({ ...servers.mariadb });
    const db = new Kysely<object>({ dialect: new MysqlDialect({ pool }) });
    return {
      transaction: (run) => db.transaction().execute((trx) => run(kysely(trx))),
      outside: () => kysely(db as never),
      close: () => db.destroy(),
    };
  }),
  onMariadb("drizzle", () => {
    const pool = createPool({ ...servers.mariadb });
    const db = drizzleMysql(pool);
    return {
      transaction: (run) => db.transaction((tx) => run(drizzle(tx, sql))),
      outside: () => drizzle(db as never, sql),
      close: () => pool.end(),
    };
  }),
  onMariadb("knex", () => {
    const db = knexOf({ client: "mysql2", connection: { ...servers.mariadb } });
    return {
      transaction: (run) => db.transaction((trx) => run(knex(trx))),
      outside: () => knex(db),
      close: () => db.destroy(),
    };
  }),
  onSqlite("kysely", (path) => {
    const db = new Kysely<object>({
      dialect: new SqliteDialect({ database: new BetterSqliteDriver(path) as never }),
    });
    return {
      transaction: (run) => db.transaction().execute((trx) => run(kysely(trx))),
      outside: () => kysely(db as never),
      close: () => db.destroy(),
    };
  }),
  onSqlite("drizzle over its proxy", (path) => {
    const { database } = new BetterSqliteDriver(path);
    const db = drizzleProxy(async (text, params, method) => {
      const statement = database.prepare(text);
      if (method === "run") return statement.run(...(params as never[])) as never;
      return { rows: statement.all(...(params as never[])) };
    });
    return {
      transaction: (run) => db.transaction((tx) => run(drizzle(tx, sql))),
      outside: () => drizzle(db as never, sql),
      close: async () => database.close(),
    };
  }),
  onSqlite("knex", (filename) => {
    class OverNodeSqlite extends BetterSqliteClient {
      _driver(): typeof BetterSqliteDriver {
        return BetterSqliteDriver;
      }
    }
    const db = knexOf({ client: OverNodeSqlite as never, connection: { filename }, useNullAsDefault: true });
    return {
      transaction: (run) => db.transaction((trx) => run(knex(trx))),
      outside: () => knex(db),
      close: () => db.destroy(),
    };
  }),
];

type Opened = Pick<OpenBuilder, "transaction" | "outside"> & { close?(): Promise<unknown> };

function onPostgres(name: string, open: (pool: Pool) => Opened): Builder {
  return {
    name: `${name} on PostgreSQL`,
    skip: postgresAbsent,
    open() {
      const schema = ownName();
      const pool = new Pool({ ...servers.postgres, max: 4 });
      const opened = open(pool);
      return {
        ...opened,
        store: postgres(pool, { schema, notify: false }),
        async close() {
          await opened.close?.();
          await pool.query(`drop schema if exists "${schema}" cascade`);
          await pool.end();
        },
      };
    },
  };
}

function onMariadb(name: string, open: () => Opened): Builder {
  return {
    name: `${name} on MariaDB`,
    skip: mariadbAbsent,
    open() {
      const prefix = `${ownName()}_`;
      const pool = createPool({ ...servers.mariadb, connectionLimit: 4 });
      const opened = open();
      return {
        ...opened,
        store: mysql(pool, { prefix }),
        async close() {
          await opened.close?.();
          const [tables] = await pool.query(
            `select table_name as name from information_schema.tables where table_schema = database() and table_name like '${prefix}%'`,
          );
          for (const { name: table } of tables as { name: string }[])
            await pool.query(`drop table \`${table}\``);
          await pool.end();
        },
      };
    },
  };
}

function onSqlite(name: string, open: (path: string) => Opened): Builder {
  return {
    name: `${name} on SQLite`,
    skip: false,
    open() {
      const folder = mkdtempSync(join(tmpdir(), "holdfast-sqlite-"));
      const path = join(folder, "test.db");
      const store = sqlite(path);
      const opened = open(path);
      return {
        ...opened,
        store,
        async close() {
          await opened.close?.();
          await store.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  };
}
