import { DeliveryError, isDeliveryError } from "./errors.ts";
import { nowMs } from "./sql.ts";
import type { Session, Store } from "./store.ts";
import type { Dialect, Tx } from "./tx.ts";

/** One step of the schema. It only adds, so that the version before keeps working on it. */
export interface Migration {
  /** `outbox-1`: never changed once it was released; they run in the order in which they are listed. */
  readonly id: string;
  /** The statements, by dialect, with names from the store's tables. */
  readonly statements: (tables: Store["tables"], dialect: Dialect) => readonly string[];
}

/** A migration as plain SQL, for the user's own tool. */
export interface PlainMigration {
  readonly id: string;
  /** Statements that end with a semicolon; the last one records the migration. */
  readonly sql: string;
}

/** The migrations as SQL, the table that records them first. */
export function plainMigrations(store: Store, migrations: readonly Migration[]): readonly PlainMigration[] {
  const records = recordTable(store);
  return [
    { id: "migrations", sql: `${records.join(";\n")};\n` },
    ...migrations.map(({ id, statements }) => ({
      id,
      sql: `${[...statements(store.tables, store.dialect), recordStatement(store, id)].join(";\n")};\n`,
    })),
  ];
}

/** Runs what was not run yet, one after the other under a lock; several processes may do so at once. Resolves to the ids that it ran. */
export async function migrate(store: Store, migrations: readonly Migration[]): Promise<readonly string[]> {
  const session = await store.connect({ purpose: "holdfast migrate" });
  try {
    if (store.dialect === "mysql") await sessionLocked(store, session);
    await locked(store, session, async (on) => {
      for (const statement of recordTable(store)) await on.query(statement);
    });
    const ran: string[] = [];
    for (const migration of migrations) if (await runWhole(store, session, migration)) ran.push(migration.id);
    if (store.dialect === "mysql") await session.query(`select release_lock(${mysqlLock(store.tables)})`);
    return ran;
  } finally {
    await session.close();
  }
}

/** How long one statement waits for the lock, below any limit for answers, and how often it is asked for. */
const lockWaitMs = 1_000;
const lockTriesMax = 600;

/** MySQL and MariaDB commit with every CREATE: a lock of the connection, from the first statement to the last. */
async function sessionLocked({ tables }: Store, session: Session): Promise<void> {
  const sql = `select get_lock(${mysqlLock(tables)}, ${lockWaitMs / 1_000}) as taken`;
  for (let tries = 0; tries < lockTriesMax; tries++)
    if (Number((await session.query(sql)).rows[0]?.["taken"]) === 1) return;
  throw othersMigrate();
}

/**
 * A transaction that nobody else's migrating meets. PostgreSQL's lock is the transaction's and not the session's: behind a pooler that hands
 * connections out by transaction, the statement that gives a session's lock back may reach another connection than the one that has it.
 * It is asked for again and again: who has it may take long, and a statement that waits longer than answers may take counts as lost.
 */
async function locked<T>(store: Store, session: Session, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (store.dialect !== "postgres") return session.transaction(work);
  for (let tries = 0; tries < lockTriesMax; tries++) {
    let waits = true;
    try {
      return await session.transaction(
        async (tx) => {
          await tx.query(`select pg_advisory_xact_lock(${postgresLock(store.tables)})`);
          waits = false;
          await tx.query("set local lock_timeout to default");
          return work(tx);
        },
        { lockTimeoutMs: lockWaitMs },
      );
    } catch (error) {
      if (!waits || !isDeliveryError(error) || error.code !== "STORE_BUSY") throw error;
    }
  }
  throw othersMigrate();
}

function othersMigrate(): DeliveryError {
  return new DeliveryError("STORE_BUSY", "Another process has been running migrations for ten minutes.");
}

/** One lock for each schema: stores in others have nothing to wait for. */
function postgresLock(tables: Store["tables"]): string {
  return `hashtextextended('holdfast migrate ${schemaOf(tables) ?? tables.bare("")}', 0)`;
}

/** Names of locks are the server's, of 64 characters at most. */
function mysqlLock(tables: Store["tables"]): string {
  return `md5(concat('holdfast migrate ', database(), '.${tables.bare("")}'))`;
}

/** Throws STORE_SCHEMA_MISSING or STORE_SCHEMA_OLD unless every migration was run. */
export async function checkSchema(store: Store, migrations: readonly Migration[]): Promise<void> {
  const done = await doneMigrations(store);
  const missing = migrations.filter(({ id }) => !done.has(id)).map(({ id }) => id);
  if (missing.length === 0) return;
  const code = done.size === 0 ? "STORE_SCHEMA_MISSING" : "STORE_SCHEMA_OLD";
  throw new DeliveryError(
    code,
    `These migrations were not run on ${store.tables.of("migrations")}: ${missing.join(", ")}.`,
    {
      details: { missing },
    },
  );
}

async function doneMigrations(store: Store): Promise<ReadonlySet<string>> {
  const session = await store.connect({ purpose: "holdfast check" });
  try {
    const { rows } = await session.query(`select id from ${store.tables.of("migrations")}`);
    return new Set(rows.map((row) => String(row["id"])));
  } catch (error) {
    if (isDeliveryError(error) && error.code === "STORE_SCHEMA_MISSING") return new Set();
    throw error;
  } finally {
    await session.close();
  }
}

/** How often a migration is tried that meets the locks of those who work meanwhile. */
const triesMax = 20;

/** Where a failure takes the whole migration back, one that met another transaction is run again. MySQL and MariaDB commit each statement. */
async function runWhole(store: Store, session: Session, migration: Migration): Promise<boolean> {
  for (let tried = 1; ; tried++) {
    try {
      return await locked(store, session, (tx) => runOne(store, migration, tx));
    } catch (error) {
      const met = isDeliveryError(error) && error.code === "STORE_CONFLICT";
      if (!met || store.dialect === "mysql" || tried === triesMax) throw error;
    }
  }
}

async function runOne(store: Store, { id, statements }: Migration, tx: Tx): Promise<boolean> {
  const { rows } = await tx.query(`select id from ${store.tables.of("migrations")}`);
  if (rows.some((row) => row["id"] === id)) return false;
  try {
    for (const statement of statements(store.tables, store.dialect)) await tx.query(statement);
  } catch (error) {
    if (!/already exists/i.test(error instanceof Error ? error.message : "")) throw error;
    throw new DeliveryError(
      "STORE_SCHEMA_OLD",
      `${id} is not recorded in ${store.tables.of("migrations")}, and what it makes is there already.`,
      {
        cause: error,
        remedy: `If those tables are Holdfast's and whole, record it: ${recordStatement(store, id)}; otherwise choose another schema or prefix.`,
      },
    );
  }
  await tx.query(recordStatement(store, id));
  return true;
}

function recordTable(store: Store): readonly string[] {
  const table = store.tables.of("migrations");
  const schema = schemaOf(store.tables);
  return [
    ...(schema === null ? [] : [`create schema if not exists ${schema}`]),
    `create table if not exists ${table} (id varchar(64) primary key, created_ms bigint not null)`,
  ];
}

/** The quoted schema; null where there is none. */
function schemaOf(tables: Store["tables"]): string | null {
  const table = tables.of("migrations");
  return table.includes(".") ? (table.split(".")[0] ?? null) : null;
}

function recordStatement(store: Store, id: string): string {
  const ignore = store.dialect === "mysql" ? "insert ignore" : "insert";
  const conflict = store.dialect === "mysql" ? "" : " on conflict do nothing";
  return `${ignore} into ${store.tables.of("migrations")} (id, created_ms) values ('${id}', ${nowMs[store.dialect]})${conflict}`;
}
