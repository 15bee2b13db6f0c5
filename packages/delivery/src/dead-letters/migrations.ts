import type { Migration } from "../migrations.ts";
import type { Store } from "../store.ts";
import type { Dialect } from "../tx.ts";

interface Types {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly bytes: string;
  readonly key: string;
}

const types: Readonly<Record<Dialect, Types>> = {
  postgres: { id: "uuid", name: "text", text: "text", bytes: "bytea", key: "key text" },
  mysql: {
    id: "char(36) character set ascii collate ascii_bin",
    name: "varchar(127)",
    text: "longtext",
    bytes: "longblob",
    key: "`key` varchar(255) character set utf8mb4 collate utf8mb4_bin",
  },
  sqlite: { id: "text", name: "text", text: "text", bytes: "blob", key: "key text" },
};

/** Dead letters, and what was done with them by whom. */
export const deadLetterMigrations: readonly Migration[] = [
  {
    id: "dead-letters-1",
    statements: (tables, dialect) => [
      lettersTable(tables, dialect),
      auditTable(tables, dialect),
      ...indexes(tables, dialect),
    ],
  },
];

const fresh = (dialect: Dialect): string => (dialect === "mysql" ? "if not exists " : "");
const engine = (dialect: Dialect): string =>
  dialect === "mysql" ? " engine = innodb default charset = utf8mb4" : "";

function lettersTable(tables: Store["tables"], dialect: Dialect): string {
  const { id, name, text, bytes, key } = types[dialect];
  return `create table ${fresh(dialect)}${tables.of("dead_letter")} (
  id ${id} primary key,
  origin ${name} not null,
  consumer ${name},
  message_id ${id} not null,
  type ${name} not null,
  source ${text} not null,
  ${key},
  seq bigint,
  content_type ${name} not null,
  headers ${text} not null,
  body ${bytes} not null,
  message_ms bigint not null,
  reason ${name} not null,
  error ${text} not null,
  history ${text} not null,
  redrives integer not null,
  dead_ms bigint not null${inTable(tables, dialect, lettersIndexes)}
)${engine(dialect)}`;
}

/** What the letter was stays here when it is gone: for the payload there is no place. */
function auditTable(tables: Store["tables"], dialect: Dialect): string {
  const { id, name, text } = types[dialect];
  return `create table ${fresh(dialect)}${tables.of("dead_letter_audit")} (
  id ${id} primary key,
  letter_id ${id} not null,
  message_id ${id} not null,
  type ${name} not null,
  consumer ${name},
  reason ${name} not null,
  action ${name} not null,
  actor ${name} not null,
  note ${text} not null,
  redrive_id ${id},
  at_ms bigint not null${inTable(tables, dialect, auditIndexes)}
)${engine(dialect)}`;
}

/** Listing goes by the time of death, all of them or those of one type; a message's letters and its audit are asked for by its id. */
const lettersIndexes = {
  table: "dead_letter",
  columns: { died: "dead_ms, id", type: "type, dead_ms", message: "message_id" },
} as const;
const auditIndexes = { table: "dead_letter_audit", columns: { message: "message_id" } } as const;

interface Indexes {
  readonly table: string;
  readonly columns: Readonly<Record<string, string>>;
}

/** MySQL has no CREATE INDEX IF NOT EXISTS, and a migration that broke off must be able to run again. */
function inTable(tables: Store["tables"], dialect: Dialect, { table, columns }: Indexes): string {
  if (dialect !== "mysql") return "";
  return Object.entries(columns)
    .map(([name, list]) => `,\n  key ${tables.bare(`${table}_${name}`)} (${list})`)
    .join("");
}

function indexes(tables: Store["tables"], dialect: Dialect): readonly string[] {
  if (dialect === "mysql") return [];
  return [lettersIndexes, auditIndexes].flatMap(({ table, columns }) =>
    Object.entries(columns).map(
      ([name, list]) => `create index "${tables.bare(`${table}_${name}`)}" on ${tables.of(table)} (${list})`,
    ),
  );
}
