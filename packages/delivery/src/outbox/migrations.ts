import type { Migration } from "../migrations.ts";

/**
 * The outbox: one row per message that no broker has confirmed yet. `shard` is set on ordered messages alone, which go out by the
 * owner of their shard; the others are claimed row by row. `lease` is the fencing token: every claim raises it, every settle names it.
 *
 * `state` is 0 for what may be claimed, 1 for what waits until `due_ms`, 2 for what is suspected of bringing processes down and goes out
 * alone. A claim changes no column that an index knows, so that PostgreSQL updates rows in place (HOT). `outbox_relay` holds the
 * relays that are alive: it tells each one its share of the shards.
 */
export const outboxMigrations: readonly Migration[] = [
  {
    id: "outbox-1",
    statements: (tables, dialect) => {
      const outbox = tables.of("outbox");
      const keys = tables.of("outbox_key");
      const shard = tables.of("outbox_shard");
      const relay = tables.of("outbox_relay");
      const ready = tables.bare("outbox_ready");
      const waiting = tables.bare("outbox_waiting");
      const suspect = tables.bare("outbox_suspect");
      const sharded = tables.bare("outbox_sharded");
      switch (dialect) {
        case "postgres":
          return [
            `create table ${outbox} (
  id uuid primary key,
  type text not null,
  source text not null,
  key text,
  seq bigint,
  shard smallint,
  content_type text not null,
  headers text not null,
  body bytea not null,
  xid xid8 not null default pg_current_xact_id(),
  created_ms bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint,
  state smallint not null default 0,
  due_ms bigint not null default 0,
  lease integer not null default 0,
  locked_until_ms bigint not null default 0,
  started smallint not null default 0,
  failed smallint not null default 0,
  history text
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0)`,
            `create index ${ready} on ${outbox} (id) where state = 0 and shard is null`,
            `create index ${waiting} on ${outbox} (due_ms) where state = 1 and shard is null`,
            `create index ${suspect} on ${outbox} (id) where state = 2 and shard is null`,
            `create index ${sharded} on ${outbox} (shard, type, key, seq) where shard is not null`,
            `create table ${keys} (type text not null, key text not null, seq bigint not null, primary key (type, key)) with (fillfactor = 70)`,
            `create table ${shard} (shard smallint primary key, owner uuid, epoch bigint not null default 0, until_ms bigint not null default 0)`,
            `insert into ${shard} (shard) select generate_series(0, 63)`,
            `create table ${relay} (id uuid primary key, until_ms bigint not null)`,
          ];
        case "mysql":
          return [
            `create table if not exists ${outbox} (
  id char(36) character set ascii collate ascii_bin primary key,
  type varchar(127) character set ascii collate ascii_bin not null,
  source varchar(255) not null,
  \`key\` varchar(255) character set utf8mb4 collate utf8mb4_bin,
  seq bigint,
  shard smallint,
  content_type varchar(127) not null,
  headers longtext not null,
  body longblob not null,
  created_ms bigint not null,
  state tinyint not null default 0,
  due_ms bigint not null default 0,
  lease int not null default 0,
  locked_until_ms bigint not null default 0,
  started smallint not null default 0,
  failed smallint not null default 0,
  history longtext,
  key ${ready} (shard, state, id),
  key ${waiting} (shard, state, due_ms),
  key ${sharded} (shard, type, \`key\`, seq)
) engine = innodb default charset = utf8mb4`,
            `create table if not exists ${keys} (type varchar(127) character set ascii collate ascii_bin not null, \`key\` varchar(255) character set utf8mb4 collate utf8mb4_bin not null, seq bigint not null, primary key (type, \`key\`)) engine = innodb`,
            `create table if not exists ${shard} (shard smallint primary key, owner char(36) character set ascii, epoch bigint not null default 0, until_ms bigint not null default 0) engine = innodb`,
            `insert ignore into ${shard} (shard) values ${Array.from({ length: 64 }, (_, at) => `(${at})`).join(", ")}`,
            `create table if not exists ${relay} (id char(36) character set ascii primary key, until_ms bigint not null) engine = innodb`,
          ];
        case "sqlite":
          return [
            `create table ${outbox} (
  id text primary key,
  type text not null,
  source text not null,
  key text,
  seq integer,
  shard integer,
  content_type text not null,
  headers text not null,
  body blob not null,
  created_ms integer not null,
  state integer not null default 0,
  due_ms integer not null default 0,
  lease integer not null default 0,
  locked_until_ms integer not null default 0,
  started integer not null default 0,
  failed integer not null default 0,
  history text
) without rowid`,
            `create index "${ready}" on ${outbox} (id) where state = 0 and shard is null`,
            `create index "${waiting}" on ${outbox} (due_ms) where state = 1 and shard is null`,
            `create index "${suspect}" on ${outbox} (id) where state = 2 and shard is null`,
            `create index "${sharded}" on ${outbox} (shard, type, key, seq) where shard is not null`,
            `create table ${keys} (type text not null, key text not null, seq integer not null, primary key (type, key)) without rowid`,
            `create table ${shard} (shard integer primary key, owner text, epoch integer not null default 0, until_ms integer not null default 0)`,
            `insert into ${shard} (shard) with recursive n(i) as (select 0 union all select i + 1 from n where i < 63) select i from n`,
            `create table ${relay} (id text primary key, until_ms integer not null) without rowid`,
          ];
      }
    },
  },
];
