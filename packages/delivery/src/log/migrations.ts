import type { Migration } from "../migrations.ts";
import { nowMs } from "../sql.ts";
import { currentSlot, logTables, slots } from "./tables.ts";

/**
 * The outbox as a log, in PostgreSQL alone: rows are written once, read once and never changed, so that they leave no dead rows behind. They
 * are spread over three tables by the minute, each of which is emptied as a whole once it was read. `txid` is the number of the top-level
 * transaction, also within a savepoint. The one row of the cursor says how far the log was read, and who reads it.
 */
export const logMigrations: readonly Migration[] = [
  {
    id: "log-1",
    statements: (tables, dialect) => {
      if (dialect !== "postgres") return [];
      const { log, cursor, slot } = logTables(tables);
      const sequence = tables.of("outbox_log_lid");
      const quiet = "autovacuum_enabled = false, toast.autovacuum_enabled = false";
      return [
        `create sequence ${sequence}`,
        `create table ${log} (
  slot smallint not null default ${currentSlot},
  txid xid8 not null default pg_current_xact_id(),
  lid bigint not null default nextval('${sequence}'),
  id uuid not null,
  type text not null,
  source text not null,
  key text,
  content_type text not null,
  headers text not null,
  body bytea not null,
  created_ms bigint not null default ${nowMs.postgres}
) partition by list (slot)`,
        ...Array.from(
          { length: slots },
          (_, at) => `create table ${slot(at)} partition of ${log} for values in (${at}) with (${quiet})`,
        ),
        `create index "${tables.bare("outbox_log_place")}" on ${log} (txid, lid)`,
        `create table ${cursor} (
  id smallint primary key,
  owner uuid,
  epoch bigint not null default 0,
  until_ms bigint not null default 0,
  crashes integer not null default 0,
  old pg_snapshot not null,
  next pg_snapshot,
  at_txid xid8 not null default '0',
  at_lid bigint not null default 0
) with (fillfactor = 50)`,
        `insert into ${cursor} (id, old) values (1, '1:1:')`,
      ];
    },
  },
];
