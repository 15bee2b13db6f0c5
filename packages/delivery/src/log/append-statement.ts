import type { Statement } from "../outbox/append-statements.ts";
import type { OutboxRow } from "../outbox/row.ts";
import type { Store } from "../store.ts";
import type { SqlValue } from "../tx.ts";

/**
 * Whether a message may go by the log. Ordered ones are led by their key's counter and their shard's owner, delayed ones need an index on
 * when they are due, and an id that the producer chose is to be there once: those go by the queue in either mode.
 */
export function goesByLog({ ordered, delayMs, given, seq }: OutboxRow): boolean {
  return !ordered && delayMs === 0 && given !== true && seq === undefined;
}

const types = ["uuid", "text", "text", "text", "text", "text", "bytea"] as const;

/** The statement that writes rows into the log. */
export function logStatement(tables: Store["tables"], rows: readonly OutboxRow[]): Statement {
  const params: SqlValue[] = [];
  const values = rows.map(({ id, type, source, key, contentType, headers, body }) => {
    const before = params.length;
    params.push(id, type, source, key, contentType, JSON.stringify(headers), body);
    return `(${types.map((name, at) => `$${before + at + 1}::${name}`).join(", ")})`;
  });
  return {
    sql: `insert into ${tables.of("outbox_log")} (id, type, source, key, content_type, headers, body) values ${values.join(", ")}`,
    params,
    steady: rows.length === 1,
  };
}
