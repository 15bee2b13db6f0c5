import type { Store } from "../store.ts";

/** Tables that take turns: one is written, the others are read to their end and emptied. */
export const slots = 3;
/** How long one is written before the next, in seconds. It stands in a default of the table: changing it is a migration. */
const slotSeconds = 60;

/** Whose turn it is, by the database's clock. A writer that takes another one does no harm: nothing is emptied that was not read. */
export const currentSlot: string = `((extract(epoch from clock_timestamp())::bigint / ${slotSeconds}) % ${slots})::smallint`;

/** The names of the log's tables. */
export interface LogTables {
  readonly log: string;
  readonly cursor: string;
  readonly outbox: string;
  /** The table of a slot. */
  slot(at: number): string;
}

/** The log's tables in a store. */
export function logTables(tables: Store["tables"]): LogTables {
  return {
    log: tables.of("outbox_log"),
    cursor: tables.of("outbox_log_cursor"),
    outbox: tables.of("outbox"),
    slot: (at) => tables.of(`outbox_log_${Math.trunc(at)}`),
  };
}
