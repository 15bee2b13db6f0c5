import type { Dialect, QueryResult, SqlValue, Tx } from "./tx.ts";

/** The names of a store's tables, quoted for its dialect, with schema and prefix: `tables.of("outbox")` is `"holdfast"."outbox"`. */
export interface Tables {
  of(name: string): string;
  /** An unquoted name with the prefix, for indexes, sequences and channels. */
  bare(name: string): string;
}

/** How a transaction of the store's own runs. Isolation is READ COMMITTED, the one that claims need (SQLite: BEGIN IMMEDIATE). */
export interface TransactionOptions {
  /** How long a statement waits for a lock before STORE_BUSY. MySQL and MariaDB round up to seconds. Default: the database's own. */
  readonly lockTimeoutMs?: number;
}

/** A connection of the store's own, in autocommit, for as long as a worker needs it. */
export interface Session {
  readonly dialect: Dialect;
  query(sql: string, params?: readonly SqlValue[], name?: string): Promise<QueryResult>;
  transaction<T>(work: (tx: Tx) => T | Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Gives the connection back, or ends it where its settings were changed. Never throws. */
  close(): Promise<void>;
}

/** What a connection is wanted for. */
export interface SessionOptions {
  /** Shown as the connection's name where the database has one: `holdfast relay`. */
  readonly purpose: string;
  /**
   * What is written may be lost when the server crashes within the next moment (`synchronous_commit = off`). Right for claims and
   * settles, whose loss is a redelivery; never for what a caller was told is kept.
   */
  readonly relaxed?: boolean;
  /** Rows are to be found by indexes alone, whatever the planner believes of the tables. Default: false. */
  readonly byIndex?: boolean;
}

/** What a store is known to do, as data: guarantees and the doctor read it, the conformance suite proves it. */
export interface StoreGuarantees {
  /** Whether a committed message survives a power cut, as far as the store can be asked. */
  readonly durable: boolean;
  /** Whether several processes may work on it at once. */
  readonly shared: boolean;
  /** Writers at a time; SQLite has one. */
  readonly writers: "one" | "many";
}

/** Wake-ups across processes. A hint only: a lost one costs a poll interval, nothing else. */
export interface Hints {
  /** Says that something was published. Coalesced, never inside the caller's transaction. */
  send(): void;
  /** Calls `onHint` for each one that arrives, until the signal aborts; reconnects by itself. */
  listen(onHint: () => void, signal: AbortSignal): void;
}

/**
 * The port to a database. What delivery keeps there is plain SQL in the capability's own folder, by dialect; a store brings connections,
 * transactions and names. It uses the caller's pool and never ends it.
 */
export interface Store {
  readonly dialect: Dialect;
  readonly tables: Tables;
  readonly guarantees: StoreGuarantees;
  /** How the outbox is kept: as a queue of rows, the default, or as PostgreSQL's log for what is in no order. */
  readonly outbox?: "queue" | "log";
  /** Whether a pooler gives one connection of the database to several sessions in turn. Default: false. */
  readonly sharesConnections?: boolean;
  readonly hints?: Hints;
  /**
   * Runs `work` in a transaction of its own and commits: resolves only after a COMMIT that the database confirmed as one. A failure of
   * `work` rolls back and is thrown as it is.
   */
  transaction<T>(work: (tx: Tx) => T | Promise<T>, options?: TransactionOptions): Promise<T>;
  connect(options: SessionOptions): Promise<Session>;
  /**
   * What a caller passes as its transaction, as a `Tx`; what is one already, an adapter's or the caller's own, is taken as it is. Throws
   * TX_UNKNOWN_HANDLE for what is no connection of this store's driver, and TX_NOT_A_TRANSACTION for a pool and where the driver
   * knows that none is open; where it does not, the database is asked.
   */
  adopt(handle: unknown): Tx;
  /** Ends what the store itself opened. */
  close(): Promise<void>;
}
