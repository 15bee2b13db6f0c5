import { DatabaseSync } from "node:sqlite";
import type { Store } from "@holdfast/delivery";
import { mysql } from "@holdfast/delivery/mysql";
import { postgres } from "@holdfast/delivery/postgres";
import { sqlite } from "@holdfast/delivery/sqlite";
import { createConnection, createPool } from "mysql2/promise";
import { Client, Pool } from "pg";
import { mariadbAddress } from "../servers/mariadb.ts";
import { postgresAddress } from "../servers/postgres.ts";

type Row = Readonly<Record<string, unknown>>;

/** Where the database of a load is, fit to be handed to another process. */
export type DatabasePlace =
  | {
      readonly kind: "postgres";
      readonly port: number;
      readonly database: string;
      /** Settings of the sessions, as `-c name=value`. */
      readonly options?: string;
      readonly pooler?: "transaction";
    }
  | { readonly kind: "mariadb"; readonly port: number; readonly database: string }
  | { readonly kind: "sqlite"; readonly path: string };

/** The store of the library over it, and statements that have nothing to do with the library. */
export interface LoadDatabase {
  readonly store: Store;
  query(sql: string, params?: readonly unknown[]): Promise<readonly Row[]>;
  /** The nth placeholder. */
  mark(at: number): string;
  close(): Promise<void>;
}

/** How long an answer may take before the library gives a connection up, unless it is said otherwise. */
const answerDefaultMs = 1_500;

/** Opens a database. The statements of the judge go to `judgeAt`, so that a proxy before the library does not blind it. */
export function openDatabase(
  place: DatabasePlace,
  judgeAt: DatabasePlace = place,
  answerTimeoutMs: number = answerDefaultMs,
): LoadDatabase {
  switch (place.kind) {
    case "postgres":
      return openPostgres(place, judgeAt as typeof place, answerTimeoutMs);
    case "mariadb":
      return openMariadb(place, judgeAt as typeof place, answerTimeoutMs);
    case "sqlite":
      return openSqlite(place.path);
  }
}

type Place<Kind> = Extract<DatabasePlace, { readonly kind: Kind }>;

function openPostgres(
  place: Place<"postgres">,
  judgeAt: Place<"postgres">,
  answerTimeoutMs: number,
): LoadDatabase {
  const { options, pooler = "none" } = place;
  const settings = {
    ...postgresAddress(place.port, place.database),
    max: 24,
    connectionTimeoutMillis: 2_000,
  };
  const pool = new Pool(options === undefined ? settings : { ...settings, options });
  const own = new Pool({ ...postgresAddress(judgeAt.port, judgeAt.database), max: 4 });
  for (const one of [pool, own]) one.on("error", () => {});
  const store = postgres(pool, { answerTimeoutMs, pooler });
  return {
    store,
    mark: (at) => `$${at}`,
    query: async (sql, params = []) => (await own.query(sql, [...params])).rows as Row[],
    async close() {
      await store.close();
      await Promise.all([pool.end(), own.end()]);
    },
  };
}

function openMariadb(
  place: Place<"mariadb">,
  judgeAt: Place<"mariadb">,
  answerTimeoutMs: number,
): LoadDatabase {
  const pool = createPool({
    ...mariadbAddress(place.port, place.database),
    connectionLimit: 24,
    connectTimeout: 2_000,
  });
  const own = createPool({ ...mariadbAddress(judgeAt.port, judgeAt.database), connectionLimit: 4 });
  const store = mysql(pool, { answerTimeoutMs });
  return {
    store,
    mark: () => "?",
    query: async (sql, params = []) => (await own.query(sql, [...params]))[0] as Row[],
    async close() {
      await store.close();
      await Promise.all([pool.end(), own.end()]);
    },
  };
}

function openSqlite(path: string): LoadDatabase {
  const store = sqlite(path);
  const own = new DatabaseSync(path, { timeout: 10_000 });
  return {
    store,
    mark: () => "?",
    query: async (sql, params = []) => own.prepare(sql).all(...(params as never[])) as unknown as Row[],
    async close() {
      await store.close();
      own.close();
    },
  };
}

let made = 0;

/** An empty database on a server of one's own. */
export async function freshDatabase<Kind extends "postgres" | "mariadb">(
  kind: Kind,
  port: number,
): Promise<Place<Kind>> {
  const database = `load_${++made}`;
  if (kind === "postgres") {
    const client = new Client(postgresAddress(port));
    await client.connect();
    await client.query(`create database ${database}`);
    await client.end();
  } else {
    const connection = await createConnection(mariadbAddress(port));
    await connection.query(`create database ${database}`);
    await connection.end();
  }
  return { kind, port, database } as Place<Kind>;
}

/** An empty database: on the server, or in a file where there is none. */
export async function placeOn(
  kind: DatabasePlace["kind"],
  server: { readonly port: number } | null,
  path: string,
): Promise<DatabasePlace> {
  return kind === "sqlite" || server === null ? { kind: "sqlite", path } : freshDatabase(kind, server.port);
}

/** The tables of the application: what was sold, and what each consumer did. */
export async function createTables({ store, query }: LoadDatabase): Promise<void> {
  const serial = {
    postgres: "bigserial primary key",
    mysql: "bigint auto_increment primary key",
    sqlite: "integer primary key autoincrement",
  }[store.dialect];
  await query("create table if not exists app_sale (id varchar(64) primary key)");
  await query(
    `create table if not exists app_effect (at ${serial}, consumer varchar(64) not null, message_id varchar(64) not null, message_key varchar(64) not null, seq bigint)`,
  );
}
