import type { Migration } from "../migrations.ts";
import type { Dialect } from "../tx.ts";

interface Types {
  readonly scope: string;
  readonly key: string;
  readonly hex: string;
  readonly text: string;
  readonly bytes: string;
  readonly end: string;
}

const types: Readonly<Record<Dialect, Types>> = {
  postgres: {
    scope: "scope text",
    key: "key text",
    hex: "text",
    text: "text",
    bytes: "bytea",
    end: " with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01)",
  },
  mysql: {
    scope: "scope varchar(255) character set utf8mb4 collate utf8mb4_bin",
    key: "`key` varchar(255) character set ascii collate ascii_bin",
    hex: "varchar(64) character set ascii collate ascii_bin",
    text: "longtext",
    bytes: "longblob",
    end: " engine = innodb default charset = utf8mb4",
  },
  sqlite: { scope: "scope text", key: "key text", hex: "text", text: "text", bytes: "blob", end: "" },
};

/**
 * Idempotency keys: one row per scope and key. `token` is the fence, a fresh one with every claim; `until_ms` ends the lease of a run that
 * is under way, `expires_ms` the memory of the row.
 */
export const idempotencyMigrations: readonly Migration[] = [
  {
    id: "idempotency-1",
    statements: (tables, dialect) => {
      const { scope, key, hex, text, bytes, end } = types[dialect];
      const table = tables.of("idempotency");
      const index = tables.bare("idempotency_expiry");
      const keyName = dialect === "mysql" ? "`key`" : "key";
      const inline = dialect === "mysql" ? `,\n  key ${index} (expires_ms)` : "";
      const create = `create table ${dialect === "mysql" ? "if not exists " : ""}${table} (
  ${scope} not null,
  ${key} not null,
  token ${hex} not null,
  fingerprint ${hex} not null,
  state smallint not null,
  attempt integer not null,
  until_ms bigint not null,
  expires_ms bigint not null,
  steps ${text} not null,
  status smallint,
  headers ${text},
  body ${bytes},
  replayable smallint not null,
  primary key (scope, ${keyName})${inline}
)${end}`;
      return dialect === "mysql" ? [create] : [create, `create index "${index}" on ${table} (expires_ms)`];
    },
  },
];
