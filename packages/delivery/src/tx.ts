/** The SQL that a store speaks. MariaDB speaks `mysql`. */
export type Dialect = "postgres" | "mysql" | "sqlite";

/** What a statement's parameter may be. Lists are for PostgreSQL's arrays. */
export type SqlValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly (string | number | bigint | boolean | null | Uint8Array)[];

/** A row as the driver gives it. Statements of ours cast so that drivers agree: numbers as numbers, ids and JSON as text, bytes as bytes. */
export type Row = Readonly<Record<string, unknown>>;

/** What came of a statement. */
export interface QueryResult {
  readonly rows: readonly Row[];
  /** Rows that were written, or read where nothing was. */
  readonly count: number;
}

/**
 * An open transaction: the one thing that publishing, consuming and sagas share with the caller's own statements. Placeholders are
 * the dialect's own: `$1` in PostgreSQL, `?` in MySQL, MariaDB and SQLite.
 */
export interface Tx {
  readonly dialect: Dialect;
  /** Runs one statement in the transaction. `name` lets the driver keep it prepared. */
  query(sql: string, params?: readonly SqlValue[], name?: string): Promise<QueryResult>;
}

/** A transaction in which statements end at once, as SQLite's do. */
export interface SyncTx extends Tx {
  querySync(sql: string, params?: readonly SqlValue[]): QueryResult;
}
