import type { Dialect } from "../tx.ts";

/** Makes the placeholders of one statement, one after the other. */
export function marker(dialect: Dialect): () => string {
  let used = 0;
  return () => (dialect === "postgres" ? `$${++used}` : "?");
}

/** The column `key`, which is a word of its own in MySQL. */
export function keyColumn(dialect: Dialect): string {
  return dialect === "mysql" ? "`key`" : "key";
}

/** What makes a SELECT wait for, and hold, the rows it reads. SQLite's one writer holds everything anyway. */
export function forUpdate(dialect: Dialect): string {
  return dialect === "sqlite" ? "" : " for update";
}
