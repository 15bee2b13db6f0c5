import { nowMs } from "../sql.ts";
import type { Store } from "../store.ts";
import type { Dialect, SqlValue } from "../tx.ts";
import { type OutboxRow, shardOf, writtenStates } from "./row.ts";
import type { KeyCount, Placed } from "./sequence.ts";

/** A statement and its parameters. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** Whether its text is one of a few, and so worth keeping prepared. */
  readonly steady?: boolean;
}

/** What is to be written. With `mayBeThere`, a row whose id is there already is left as it is. */
export interface Insertion {
  readonly rows: readonly Placed[];
  readonly keys: readonly KeyCount[];
  readonly mayBeThere: boolean;
}

/** The statements that write the outbox, in one dialect. Rows go as lists of values: every driver and every query builder takes those. */
export interface AppendStatements {
  /** Raises the counters of the keys before `insert` reads them; null where `insert` does both. */
  readonly numbers: ((keys: readonly KeyCount[]) => Statement) | null;
  readonly insert: (insertion: Insertion) => Statement;
  /** The ids among these that stand in the outbox. */
  readonly present: (ids: readonly string[]) => Statement;
}

/** The statements of a dialect on a store's tables. */
export function appendStatements(dialect: Dialect, tables: Store["tables"]): AppendStatements {
  const outbox = tables.of("outbox");
  const key = tables.of("outbox_key");
  switch (dialect) {
    case "postgres":
      return postgres(outbox, key);
    case "mysql":
      return mysql(outbox, key);
    case "sqlite":
      return sqlite(outbox, key);
  }
}

/** Gathers parameters while a statement is written. */
function gather(dialect: Dialect): {
  readonly params: SqlValue[];
  /** The placeholder of a value; the type is for PostgreSQL, whose drivers do not all leave it open. */
  readonly put: (value: SqlValue, type: string) => string;
} {
  const params: SqlValue[] = [];
  return {
    params,
    put: (value, type) => {
      params.push(value);
      return dialect === "postgres" ? `$${params.length}::${type}` : "?";
    },
  };
}

function dueOf(
  { delayMs }: OutboxRow,
  dialect: Dialect,
  put: (value: SqlValue, type: string) => string,
): string {
  return delayMs === 0
    ? `${writtenStates.ready}, 0`
    : `${writtenStates.waiting}, ${nowMs[dialect]} + ${put(delayMs, "bigint")}`;
}

function shardOfRow({ ordered, key }: OutboxRow): number | null {
  return ordered && key !== null ? shardOf(key) : null;
}

const columns = "id, type, source, key, seq, shard, content_type, headers, body, state, due_ms";

/** Everything in one statement: the counters' rows are locked, raised and read by the part that is named `k`. */
function postgres(outbox: string, keyTable: string): AppendStatements {
  return {
    numbers: null,
    insert({ rows, keys, mayBeThere }) {
      const { params, put } = gather("postgres");
      const counts = keys.map(
        ({ type, key, count }) => `(${put(type, "text")}, ${put(key, "text")}, ${put(count, "bigint")})`,
      );
      const values = rows.map(({ row, behind }) => {
        const before = `${put(row.id, "uuid")}, ${put(row.type, "text")}, ${put(row.source, "text")}, ${put(row.key, "text")}, ${put(row.seq ?? null, "bigint")}`;
        const place = keys.length === 0 ? "" : `, ${put(behind, "bigint")}`;
        return `(${before}${place}, ${put(shardOfRow(row), "smallint")}, ${put(row.contentType, "text")}, ${put(JSON.stringify(row.headers), "text")}, ${put(row.body, "bytea")}, ${dueOf(row, "postgres", put)})`;
      });
      const steady = rows.length === 1;
      if (keys.length === 0) {
        const ignore = mayBeThere ? " on conflict (id) do nothing" : "";
        return {
          sql: `insert into ${outbox} (${columns}) values ${values.join(", ")}${ignore}`,
          params,
          steady,
        };
      }
      return {
        sql: `with k as (insert into ${keyTable} as c (type, key, seq) values ${counts.join(", ")}
on conflict (type, key) do update set seq = c.seq + excluded.seq returning type, key, seq)
insert into ${outbox} (${columns})
select m.id, m.type, m.source, m.key, coalesce(m.seq, k.seq - m.behind), m.shard, m.content_type, m.headers, m.body, m.state, m.due_ms
from (values ${values.join(", ")}) as m (id, type, source, key, seq, behind, shard, content_type, headers, body, state, due_ms)
left join k on m.behind is not null and k.type = m.type and k.key = m.key`,
        params,
        steady,
      };
    },
    present: (ids) => {
      const { params, put } = gather("postgres");
      return {
        sql: `select id::text as id from ${outbox} where id in (${ids.map((id) => put(id, "uuid")).join(", ")})`,
        params,
      };
    },
  };
}

/**
 * The first value of the first row, when a transaction is open; an error of MariaDB otherwise, and nothing is written: a subquery of two
 * rows is no value. MariaDB reads what stands in its own comments. MySQL has no such variable and skips them: its store asks before. With
 * `autocommit = 0` a transaction is open as soon as it is needed.
 *
 * `insert … select … where` would do the same without an error, but with several rows their union goes through a temporary table, whose
 * columns silently cut payloads at 64 KiB.
 */
const firstWhenOpen =
  "/*M! if(@@in_transaction = 1 or @@autocommit = 0, */ ? /*M! , (select 1 union all select 2)) */";

function mysql(outbox: string, keyTable: string): AppendStatements {
  return {
    numbers(keys) {
      const rows = keys.map((_, at) => `(${at === 0 ? firstWhenOpen : "?"}, ?, ?)`);
      return {
        sql: `insert into ${keyTable} (type, \`key\`, seq) values ${rows.join(", ")} on duplicate key update seq = seq + values(seq)`,
        params: keys.flatMap(({ type, key, count }) => [type, key, count]),
      };
    },
    insert({ rows, mayBeThere }) {
      const { params, put } = gather("mysql");
      const values = rows.map((one) => `(${valuesOf("mysql", keyTable, one, put)}, ${nowMs.mysql})`);
      const ignore = mayBeThere ? " on duplicate key update id = values(id)" : "";
      const names = columns.replace(" key,", " `key`,");
      const guarded = values.join(", ").replace("?", firstWhenOpen);
      return { sql: `insert into ${outbox} (${names}, created_ms) values ${guarded}${ignore}`, params };
    },
    present: presentOf(outbox),
  };
}

function sqlite(outbox: string, keyTable: string): AppendStatements {
  return {
    numbers: (keys) => ({
      sql: `insert into ${keyTable} (type, key, seq) values ${keys.map(() => "(?, ?, ?)").join(", ")} on conflict (type, key) do update set seq = seq + excluded.seq`,
      params: keys.flatMap(({ type, key, count }) => [type, key, count]),
    }),
    insert({ rows, mayBeThere }) {
      const { params, put } = gather("sqlite");
      const values = rows.map((one) => `(${valuesOf("sqlite", keyTable, one, put)}, ${nowMs.sqlite})`);
      const ignore = mayBeThere ? " on conflict (id) do nothing" : "";
      return {
        sql: `insert into ${outbox} (${columns}, created_ms) values ${values.join(", ")}${ignore}`,
        params,
      };
    },
    present: presentOf(outbox),
  };
}

/** One row's values in the order of `columns`. The counter was raised by this transaction, which holds its lock: it reads its own. */
function valuesOf(
  dialect: "mysql" | "sqlite",
  keyTable: string,
  { row, behind }: Placed,
  put: (value: SqlValue, type: string) => string,
): string {
  const key = dialect === "mysql" ? "`key`" : "key";
  const before = [row.id, row.type, row.source, row.key].map((value) => put(value, "")).join(", ");
  const seq =
    behind === null
      ? put(row.seq ?? null, "")
      : `(select seq from ${keyTable} where type = ${put(row.type, "")} and ${key} = ${put(row.key, "")}) - ${put(behind, "")}`;
  const after = [shardOfRow(row), row.contentType, JSON.stringify(row.headers), row.body]
    .map((value) => put(value, ""))
    .join(", ");
  return `${before}, ${seq}, ${after}, ${dueOf(row, dialect, put)}`;
}

function presentOf(outbox: string): (ids: readonly string[]) => Statement {
  return (ids) => ({
    sql: `select id from ${outbox} where id in (${ids.map(() => "?").join(", ")})`,
    params: ids,
  });
}
