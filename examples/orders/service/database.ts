import type { Store, Tx } from "@holdfast/delivery";
import { postgres } from "@holdfast/delivery/postgres";
import { sqlite } from "@holdfast/delivery/sqlite";
import pg from "pg";
import type { Settings } from "./settings.ts";

/** The service's own tables: nothing in them belongs to Holdfast. */
const tables: readonly string[] = [
  "create table if not exists orders (id varchar(64) primary key, sku varchar(64) not null, quantity integer not null, status varchar(16) not null)",
  "create table if not exists price (sku varchar(64) primary key, cents integer not null)",
  "create table if not exists stock (sku varchar(64) primary key, free integer not null)",
  "create table if not exists reservation (order_id varchar(64) primary key, sku varchar(64) not null, quantity integer not null)",
  "create table if not exists invoice (order_id varchar(64) primary key, cents integer not null)",
  "create table if not exists parcel (order_id varchar(64) primary key)",
  "insert into price values ('lamp', 4900), ('chair', 12900) on conflict do nothing",
  "insert into stock values ('lamp', 1000000), ('chair', 1000000), ('desk', 1000000) on conflict do nothing",
];

/** The database: Holdfast's port to it, and what ends the connections that are ours. */
export interface Database {
  readonly store: Store;
  close(): Promise<void>;
}

/** Opens SQLite or PostgreSQL. */
export function openDatabase({ database, name }: Pick<Settings, "database" | "name">): Database {
  if (database.startsWith("sqlite:"))
    return { store: sqlite(database.slice("sqlite:".length)), close: async () => {} };
  const pool = new pg.Pool({ connectionString: database, options: `-c search_path=${name}`, max: 20 });
  // A connection that breaks while nobody uses it is told by the next statement.
  pool.on("error", () => {});
  return { store: postgres(pool, { schema: name }), close: () => pool.end() };
}

/** Makes the service's own tables. Holdfast's come first, and in PostgreSQL the schema with them. */
export async function createTables(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    // Two processes may start at once, and CREATE … IF NOT EXISTS alone is no lock.
    if (tx.dialect === "postgres") await tx.query("select pg_advisory_xact_lock(7102)");
    for (const statement of tables) await tx.query(statement);
  });
}

/** Runs a statement with `?` for its parameters, in the words of either database. */
export async function sql(
  tx: Tx,
  statement: string,
  params: readonly (string | number)[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  let place = 0;
  const text = tx.dialect === "postgres" ? statement.replaceAll("?", () => `$${++place}`) : statement;
  return (await tx.query(text, params)).rows;
}
