import type { Migration } from "../migrations.ts";
import type { Dialect } from "../tx.ts";

interface Types {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

const types: Readonly<Record<Dialect, Types>> = {
  postgres: { id: "text", name: "text", text: "text" },
  mysql: {
    id: "varchar(255) character set utf8mb4 collate utf8mb4_bin",
    name: "varchar(127) character set ascii collate ascii_bin",
    text: "longtext character set utf8mb4",
  },
  sqlite: { id: "text", name: "text", text: "text" },
};

/**
 * Sagas and what is known of their steps. `due_ms` is when a worker has something to do, null for never; `lease` is raised by every
 * claim and `version` by every change, and both are named by whoever writes. `definition` pins the saga to what it began with.
 */
export const sagaMigrations: readonly Migration[] = [
  {
    id: "sagas-1",
    statements: (tables, dialect) => {
      const { id, name, text } = types[dialect];
      const sagas = tables.of("saga");
      const steps = tables.of("saga_step");
      const locks = tables.of("saga_lock");
      const owner = tables.bare("saga_lock_owner");
      const ownerKey = dialect === "mysql" ? `,\n  key ${owner} (saga_id)` : "";
      const fresh = dialect === "mysql" ? "if not exists " : "";
      const due = tables.bare("saga_due");
      const created = tables.bare("saga_created");
      const ended = tables.bare("saga_ended");
      const keys =
        dialect === "mysql"
          ? `,\n  key ${due} (due_ms),\n  key ${created} (created_ms, id),\n  key ${ended} (ended_ms)`
          : "";
      const end = dialect === "mysql" ? " engine = innodb" : "";
      const indexes = [
        `create index "${due}" on ${sagas} (due_ms) where due_ms is not null`,
        `create index "${created}" on ${sagas} (created_ms, id)`,
        `create index "${ended}" on ${sagas} (ended_ms) where ended_ms is not null`,
      ];
      return [
        `create table ${fresh}${sagas} (
  id ${id} primary key,
  name ${name} not null,
  definition ${name} not null,
  elements ${text} not null,
  input ${text} not null,
  lineage ${text} not null,
  status ${name} not null,
  during ${name},
  place integer not null,
  failures integer not null default 0,
  calling smallint not null default 0,
  error ${text},
  due_ms bigint,
  lease bigint not null default 0,
  version bigint not null default 0,
  locked_until_ms bigint not null default 0,
  created_ms bigint not null,
  changed_ms bigint not null,
  ended_ms bigint${keys}
)${end}`,
        ...(dialect === "mysql" ? [] : indexes),
        `create table ${fresh}${steps} (
  saga_id ${id} not null,
  place integer not null,
  name ${name} not null,
  mark ${name} not null,
  calls integer not null default 0,
  undo_calls integer not null default 0,
  failures integer not null default 0,
  undo_failures integer not null default 0,
  result ${text},
  error ${text},
  started_ms bigint not null,
  changed_ms bigint not null,
  primary key (saga_id, place)
)${end}`,
        `create table ${fresh}${locks} (
  resource ${id} primary key,
  saga_id ${id} not null,
  taken_ms bigint not null${ownerKey}
)${end}`,
        ...(dialect === "mysql" ? [] : [`create index "${owner}" on ${locks} (saga_id)`]),
      ];
    },
  },
];
