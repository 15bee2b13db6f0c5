import type { Dialect, Row } from "./tx.ts";

/**
 * The database's clock in whole milliseconds since 1970 UTC, as an expression: the one clock that leases, due times and windows are read
 * from. It moves within a transaction. Every time is stored as such a number, so that no time zone is ever involved.
 */
export const nowMs: Readonly<Record<Dialect, string>> = {
  postgres: "(extract(epoch from clock_timestamp()) * 1000)::bigint",
  mysql: "cast(unix_timestamp(sysdate(6)) * 1000 as signed)",
  sqlite: "cast(unixepoch('subsec') * 1000 as integer)",
};

/** A column as a number; drivers give 64-bit integers as texts. */
export function numberOf(row: Row, column: string): number {
  return Number(row[column]);
}

/** A column as a number, or null. */
export function numberOrNull(row: Row, column: string): number | null {
  const value = row[column];
  return value === null || value === undefined ? null : Number(value);
}

/** A column as a text. */
export function textOf(row: Row, column: string): string {
  return String(row[column]);
}

/** A column as a text, or null. */
export function textOrNull(row: Row, column: string): string | null {
  const value = row[column];
  return value === null || value === undefined ? null : String(value);
}

/** A column as bytes. */
export function bytesOf(row: Row, column: string): Uint8Array {
  return row[column] as Uint8Array;
}

/** `(?, ?, ?), (?, ?, ?)`: placeholders of a statement that takes several rows, for the dialects that write `?`. */
export function placeholders(rows: number, columns: number): string {
  const row = `(${Array.from({ length: columns }, () => "?").join(", ")})`;
  return Array.from({ length: rows }, () => row).join(", ");
}
