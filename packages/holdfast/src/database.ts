import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { CodedError } from "@holdfast/core";
import type { Store } from "@holdfast/delivery";
import type { Io, OptionDeclaration } from "./command.ts";
import { type DatabaseAddress, databaseAddress, databaseVariable } from "./database-address.ts";
import { loadDriver } from "./load-driver.ts";
import { withPlaces } from "./tables-elsewhere.ts";

type TextOption = Extract<OptionDeclaration, { kind: "text" }>;

/** The options by which a command finds the database in which delivery keeps its tables. */
export const databaseOptions: Readonly<Record<keyof DatabaseGiven, TextOption>> = {
  database: {
    kind: "text",
    value: "url",
    doc: `postgres://…, mysql://… or sqlite:PATH; ${databaseVariable} when left out.`,
  },
  schema: { kind: "text", value: "name", doc: "The tables' schema, in PostgreSQL; holdfast when left out." },
  prefix: { kind: "text", value: "text", doc: "What the tables' names begin with." },
};

/** What those options say. */
export interface DatabaseGiven {
  readonly database: string | undefined;
  readonly schema: string | undefined;
  readonly prefix: string | undefined;
}

/** An open database. */
export interface OpenDatabase {
  readonly store: Store;
  /** Its address without user, password and parameters. */
  readonly shown: string;
}

/** Opens the database that the options or the environment name, runs the work and closes it, however the work ends. */
export async function withDatabase<T>(
  given: DatabaseGiven,
  io: Io,
  work: (database: OpenDatabase) => Promise<T>,
): Promise<T> {
  const address = databaseAddress(given.database ?? io.env[databaseVariable]);
  const names = {
    ...(given.schema === undefined ? {} : { schema: given.schema }),
    ...(given.prefix === undefined ? {} : { prefix: given.prefix }),
  };
  const { store, end } = await opened(address, names, io);
  try {
    return await work({ store, shown: address.shown });
  } catch (failure) {
    throw await withPlaces(failure, store);
  } finally {
    await store.close();
    await end();
  }
}

interface Opened {
  readonly store: Store;
  end(): Promise<void>;
}

interface Names {
  readonly schema?: string;
  readonly prefix?: string;
}

function opened(address: DatabaseAddress, names: Names, io: Io): Promise<Opened> {
  if (address.dialect !== "postgres" && names.schema !== undefined)
    throw new CodedError("USAGE", `--schema is an option of PostgreSQL, and this is ${address.dialect}`, {
      remedy: "Name the tables by --prefix.",
    });
  switch (address.dialect) {
    case "postgres":
      return openPostgres(address.url, names, io);
    case "mysql":
      return openMysql(address.url, names, io);
    case "sqlite":
      return openSqlite(resolve(io.cwd, address.path), names);
  }
}

const connectionsMax = 4;
const connectTimeoutMs = 10_000;

async function openPostgres(url: string, names: Names, io: Io): Promise<Opened> {
  const { Pool } = (await loadDriver("pg", io)) as unknown as {
    readonly Pool: new (
      options: object,
    ) => {
      connect(): Promise<{ release(destroy?: boolean): void }>;
      readonly totalCount: number;
      on(event: "error", listener: () => void): void;
      end(): Promise<void>;
    };
  };
  const { postgres } = await import("@holdfast/delivery/postgres");
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
  });
  // A connection that breaks while nobody uses it is told by the next statement.
  pool.on("error", () => {});
  return { store: postgres(pool, { ...names, notify: false }), end: () => pool.end() };
}

async function openMysql(url: string, { prefix }: Names, io: Io): Promise<Opened> {
  const driver = (await loadDriver("mysql2/promise", io)) as unknown as {
    createPool(options: object): Parameters<typeof import("@holdfast/delivery/mysql").mysql>[0] & {
      end(): Promise<void>;
    };
  };
  const { mysql } = await import("@holdfast/delivery/mysql");
  const pool = driver.createPool({
    uri: url,
    connectionLimit: connectionsMax,
    connectTimeout: connectTimeoutMs,
  });
  return { store: mysql(pool, prefix === undefined ? {} : { prefix }), end: () => pool.end() };
}

async function openSqlite(path: string, { prefix }: Names): Promise<Opened> {
  // SQLite would make an empty file out of a slip of the pen.
  if (!existsSync(path))
    throw new CodedError("USAGE", `there is no file ${path}`, {
      remedy: "Name the file that your service uses.",
    });
  const { sqlite } = await import("@holdfast/delivery/sqlite");
  return { store: sqlite(path, prefix === undefined ? {} : { prefix }), end: () => Promise.resolve() };
}
