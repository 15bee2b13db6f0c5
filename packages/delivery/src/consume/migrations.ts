import type { Migration } from "../migrations.ts";
import type { Dialect } from "../tx.ts";

interface Types {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly key: string;
  readonly keyNotNull: string;
  readonly text: string;
  readonly bytes: string;
  readonly small: string;
}

const types: Readonly<Record<Dialect, Types>> = {
  postgres: {
    id: "uuid",
    name: "text",
    source: "text",
    key: "key text",
    keyNotNull: "key text not null",
    text: "text",
    bytes: "bytea",
    small: "smallint",
  },
  mysql: {
    id: "char(36) character set ascii collate ascii_bin",
    name: "varchar(127) character set ascii collate ascii_bin",
    source: "varchar(255) character set utf8mb4 collate utf8mb4_bin",
    key: "`key` varchar(255) character set utf8mb4 collate utf8mb4_bin",
    keyNotNull: "`key` varchar(255) character set utf8mb4 collate utf8mb4_bin not null",
    text: "longtext",
    bytes: "longblob",
    small: "smallint",
  },
  sqlite: {
    id: "text",
    name: "text",
    source: "text",
    key: "key text",
    keyNotNull: "key text not null",
    text: "text",
    bytes: "blob",
    small: "integer",
  },
};

/**
 * What a consumer has done (`inbox`; of ordered messages `watermark`, one row per key) and what it has to try again (`parked`). The
 * inbox' key holds nothing that changes from one delivery to the next: a table partitioned by time could not keep a message's
 * duplicates apart from it, since its unique keys would have to hold the time.
 */
export const consumeMigrations: readonly Migration[] = [
  { id: "consume-1", statements: (tables, dialect) => statements(tables, dialect) },
];

const statements: Migration["statements"] = (tables, dialect) => {
  const { id, name, source, key, keyNotNull, text, bytes, small } = types[dialect];
  const [inbox, watermark, parked] = ["inbox", "watermark", "parked"].map((one) => tables.of(one));
  const fresh = dialect === "mysql" ? "if not exists " : "";
  const keyColumn = dialect === "mysql" ? "`key`" : "key";
  const [old, due, waiting] = ["inbox_old", "parked_due", "parked_waiting"].map((one) => tables.bare(one));
  const quoted = dialect === "mysql" ? "`" : '"';
  // MySQL knows no "create index if not exists": there an index stands in its table, so that a migration cut short can run again.
  const inTable = (index: string | undefined, columns: string): string =>
    dialect === "mysql" ? `,\n  key ${quoted}${index}${quoted} (${columns})` : "";
  const beside = (
    index: string | undefined,
    table: string | undefined,
    columns: string,
    where = "",
  ): string[] => (dialect === "mysql" ? [] : [`create index "${index}" on ${table} (${columns})${where}`]);
  const without = dialect === "sqlite" ? " without rowid" : "";
  const vacuum = dialect === "postgres" ? vacuumOften : "";
  return [
    `create table ${fresh}${inbox} (
  consumer ${name} not null,
  message_id ${id} not null,
  outcome ${small} not null,
  done_ms bigint not null,
  primary key (consumer, message_id)${inTable(old, "consumer, done_ms")}
)${without}`,
    ...beside(old, inbox, "consumer, done_ms"),
    `create table ${fresh}${watermark} (
  consumer ${name} not null,
  source ${source} not null,
  type ${name} not null,
  ${keyNotNull},
  first_seq bigint not null,
  last_seq bigint not null,
  primary key (consumer, type, ${keyColumn}, source)
)${without}${dialect === "postgres" ? " with (fillfactor = 70)" : ""}`,
    `create table ${fresh}${parked} (
  consumer ${name} not null,
  message_id ${id} not null,
  type ${name} not null,
  source ${source} not null,
  ${key},
  seq bigint,
  content_type ${name} not null,
  headers ${text} not null,
  body ${bytes} not null,
  message_ms bigint not null,
  state ${small} not null,
  parked_ms bigint not null,
  due_ms bigint not null,
  lease integer not null,
  locked_until_ms bigint not null,
  started ${small} not null,
  failed ${small} not null,
  history ${text} not null,
  redrives integer not null,
  primary key (consumer, message_id)${inTable(due, "consumer, due_ms")}${inTable(waiting, `consumer, type, ${keyColumn}, seq`)}
)${vacuum}`,
    ...beside(due, parked, "consumer, due_ms"),
    ...beside(waiting, parked, "consumer, type, key, seq", " where seq is not null"),
  ];
};

const vacuumOften =
  " with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0)";
