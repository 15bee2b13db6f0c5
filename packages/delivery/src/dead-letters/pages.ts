import type { Store } from "../store.ts";
import type { Dialect, QueryResult, SqlValue } from "../tx.ts";
import { binderOf, conditionsOf, type DeadLetterFilter } from "./filter.ts";

/** Runs a statement: a session in autocommit, or a transaction. */
export interface Asker {
  readonly dialect: Dialect;
  query(sql: string, params?: readonly SqlValue[]): Promise<QueryResult>;
}

/** Where a page begins: after this letter. */
export interface Place {
  readonly deadMs: number;
  readonly id: string;
}

/** A page of letters, by the time of their death and then by id, so that none is missed or read twice while others come and go. */
export interface PageRequest {
  readonly columns: string;
  readonly filter: DeadLetterFilter;
  readonly order: "oldest" | "newest";
  readonly after: Place | null;
  readonly rows: number;
  /** Locks what it reads; what others hold is left out. */
  readonly lock: boolean;
}

/** Reads a page. */
export async function readPage(
  asker: Asker,
  tables: Store["tables"],
  { columns, filter, order, after, rows, lock }: PageRequest,
): Promise<QueryResult["rows"]> {
  const { dialect } = asker;
  const binder = binderOf(dialect);
  const conditions = [conditionsOf(dialect, filter, binder)];
  const [beyond, direction] = order === "oldest" ? [">", "asc"] : ["<", "desc"];
  // Written out, and not as a comparison of rows, which MySQL does not look up in an index.
  if (after !== null)
    conditions.push(
      `dead_ms ${beyond}= ${binder.bind(after.deadMs, "bigint")} and (dead_ms ${beyond} ${binder.bind(after.deadMs, "bigint")} or id ${beyond} ${binder.bind(after.id, "uuid")})`,
    );
  const locking = lock && dialect !== "sqlite" ? " for update skip locked" : "";
  const { rows: read } = await asker.query(
    `select ${columns} from ${tables.of("dead_letter")} where ${conditions.join(" and ")} order by dead_ms ${direction}, id ${direction} limit ${rows}${locking}`,
    binder.params,
  );
  return read;
}
