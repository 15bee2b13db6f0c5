import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock, systemRandom } from "@holdfast/core";
import type { Envelope } from "../envelope.ts";
import { type DeliveryErrorCode, isDeliveryError } from "../errors.ts";
import { type Migration, migrate } from "../migrations.ts";
import { migrations } from "../schema.ts";
import type { Store } from "../store.ts";
import type { QueryResult, Row, SqlValue, Tx } from "../tx.ts";
import { uuid7Maker } from "../uuid7.ts";

/** A store under test, as its author describes it. */
export interface StoreSubject {
  readonly name: string;
  /** Why it is left out. */
  readonly skip?: string | false;
  /** A store on an empty place of its own: a schema, a prefix, a file. The suite makes the tables. */
  open(): Promise<OpenedStore>;
}

/** What the suite works with. */
export interface OpenedStore {
  readonly store: Store;
  /** A second store on the same tables, as another process has it. */
  again(): Store;
  /**
   * Begins a transaction on a connection of the user's own, as the driver does it, hands both out, and ends it as `run` ends. `query`
   * takes the dialect's placeholders.
   */
  inUserTransaction<T>(
    run: (handle: unknown, query: (sql: string, params?: unknown[]) => Promise<unknown>) => Promise<T>,
  ): Promise<T>;
  /** Removes what the suite made. */
  close(): Promise<void>;
}

/** One law that every store keeps. */
export interface StoreCase {
  /** Finishes "it …". */
  readonly name: string;
  run(bench: StoreBench): Promise<void>;
}

const notes: Migration = {
  id: "conformance-1",
  statements: (tables, dialect) => [
    `create table ${dialect === "mysql" ? "if not exists " : ""}${tables.of("conformance_note")} (id integer primary key, body varchar(200) not null, number bigint, bytes ${dialect === "postgres" ? "bytea" : "blob"})`,
  ],
};

const emptied = [
  "conformance_note",
  "outbox",
  "outbox_key",
  "inbox",
  "parked",
  "dead_letter",
  "dead_letter_audit",
  "saga",
  "saga_step",
];

const newId = uuid7Maker({ clock: systemClock, random: systemRandom });

/** A store with its tables, and what tests ask of it. */
export class StoreBench {
  readonly opened: OpenedStore;
  /** The store, and the same tables as another process has them. */
  readonly stores: readonly [Store, Store];

  private constructor(opened: OpenedStore) {
    this.opened = opened;
    this.stores = [opened.store, opened.again()];
  }

  static async open(subject: StoreSubject): Promise<StoreBench> {
    const opened = await subject.open();
    await migrate(opened.store, [...migrations, notes]);
    return new StoreBench(opened);
  }

  get store(): Store {
    return this.stores[0];
  }

  /** The table that transactions write into. */
  get note(): string {
    return this.store.tables.of("conformance_note");
  }

  /** One of the two stores, in turn. */
  nth(at: number): Store {
    return this.stores[at % 2 === 0 ? 0 : 1];
  }

  /** Empties the tables that tests look at as a whole. */
  async empty(): Promise<void> {
    for (const name of emptied) await this.run(`delete from ${this.store.tables.of(name)}`);
  }

  /** A statement with `?` for placeholders, in a transaction of its own. */
  run(sql: string, params: readonly SqlValue[] = []): Promise<QueryResult> {
    return this.store.transaction((tx) => write(tx, sql, params));
  }

  async rows(sql: string, params: readonly SqlValue[] = []): Promise<readonly Row[]> {
    return (await this.run(sql, params)).rows;
  }

  /** How many rows of a table there are. */
  async count(name: string, where = "1 = 1"): Promise<number> {
    const [row] = await this.rows(`select count(*) as n from ${this.store.tables.of(name)} where ${where}`);
    return Number(row?.["n"]);
  }

  /** Which notes there are. */
  async notes(): Promise<readonly number[]> {
    return (await this.rows(`select id from ${this.note} order by id`)).map((row) => Number(row["id"]));
  }

  /** Writes a note in a transaction. */
  noteIn(tx: Tx, id: number, body = "x"): Promise<QueryResult> {
    return write(tx, `insert into ${this.note} (id, body) values (?, ?)`, [id, body]);
  }

  envelope(change: Partial<Envelope> = {}): Envelope {
    return {
      id: newId(),
      source: "/conformance",
      type: "conformance.placed",
      timeMs: systemClock.wall(),
      key: null,
      seq: null,
      contentType: "application/json",
      headers: {},
      body: new TextEncoder().encode("{}"),
      ...change,
    };
  }

  freshId(): string {
    return newId();
  }

  /** Looks again until something is found, for ten seconds at most. */
  async until<T>(look: () => Promise<T | null>, what: string): Promise<T> {
    const untilMs = performance.now() + 10_000;
    for (;;) {
      const found = await look();
      if (found !== null) return found;
      assert.ok(performance.now() < untilMs, `it did not happen in time: ${what}`);
      await sleep(5);
    }
  }

  /** Runs a transaction again when the database has told it to give way to another one, as every caller has to. */
  async retried<T>(transaction: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await transaction();
      } catch (error) {
        if (tries === 50 || !isDeliveryError(error) || error.code !== "STORE_CONFLICT") throw error;
      }
    }
  }

  /** How each of some attempts ended, with every one of them over. */
  async ends<T>(attempts: readonly Promise<T>[]): Promise<readonly PromiseSettledResult<T>[]> {
    return await Promise.allSettled(attempts);
  }
}

/** Runs a statement whose placeholders are all `?`. */
export function write(tx: Tx, sql: string, params: readonly SqlValue[] = []): Promise<QueryResult> {
  let at = 0;
  return tx.query(tx.dialect === "postgres" ? sql.replace(/\?/g, () => `$${++at}`) : sql, params);
}

/** For assert.rejects: an error of ours with one of these codes and a remedy. */
export function coded(...codes: readonly DeliveryErrorCode[]): (error: unknown) => boolean {
  return (error) => {
    if (isDeliveryError(error) && codes.includes(error.code) && error.remedy !== "") return true;
    throw error;
  };
}

/** A gate that one waits at until another opens it. */
export function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: () => resolve(), opened: promise };
}
