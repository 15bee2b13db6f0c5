import { numberOf } from "../sql.ts";
import type { Store } from "../store.ts";
import { isUuid } from "../uuid7.ts";
import { binderOf, conditionsOf, type DeadLetterFilter } from "./filter.ts";
import { type Place, readPage } from "./pages.ts";
import {
  type AuditEntry,
  auditOf,
  type DeadLetter,
  type DeadLetterSummary,
  letterColumns,
  letterOf,
  summaryColumns,
  summaryOf,
} from "./read.ts";

/** How a list is read. */
export interface ListOptions {
  /** Default: `newest` first. */
  readonly order?: "oldest" | "newest";
  /** Letters at most. Default: all. */
  readonly limit?: number;
}

const pageRows = 200;

/** The letters that match, page by page; a page is read when it is needed, and no transaction stays open in between. */
export async function* listLetters(
  store: Store,
  filter: DeadLetterFilter,
  { order = "newest", limit = Number.POSITIVE_INFINITY }: ListOptions = {},
): AsyncGenerator<DeadLetterSummary, void, undefined> {
  let after: Place | null = null;
  for (let left = limit; left > 0; ) {
    const rows = Math.min(pageRows, left);
    const page: readonly DeadLetterSummary[] = await onSession(store, async (session) =>
      (
        await readPage(session, store.tables, {
          columns: summaryColumns(store.dialect),
          filter,
          order,
          after,
          rows,
          lock: false,
        })
      ).map(summaryOf),
    );
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < rows) return;
    after = last;
    left -= page.length;
  }
}

/** How many letters match. */
export function countLetters(store: Store, filter: DeadLetterFilter): Promise<number> {
  const binder = binderOf(store.dialect);
  const where = conditionsOf(store.dialect, filter, binder);
  return onSession(store, async (session) => {
    const { rows } = await session.query(
      `select count(*) as letters from ${store.tables.of("dead_letter")} where ${where}`,
      binder.params,
    );
    return rows[0] === undefined ? 0 : numberOf(rows[0], "letters");
  });
}

/** A letter, and everything that was ever done with letters of the same message. */
export interface ShownLetter extends DeadLetter {
  readonly audit: readonly AuditEntry[];
}

/** One letter, whole, by its id; null where there is none. */
export async function showLetter(store: Store, id: string): Promise<ShownLetter | null> {
  const lower = id.toLowerCase();
  if (!isUuid(lower)) return null;
  const mark = store.dialect === "postgres" ? "$1" : "?";
  return onSession(store, async (session) => {
    const { rows } = await session.query(
      `select ${letterColumns(store.dialect)} from ${store.tables.of("dead_letter")} where id = ${mark}`,
      [lower],
    );
    if (rows[0] === undefined) return null;
    const letter = letterOf(rows[0]);
    const audit = await session.query(
      `select letter_id, action, reason, actor, note, redrive_id, at_ms from ${store.tables.of("dead_letter_audit")} where message_id = ${mark} order by at_ms, id`,
      [letter.messageId],
    );
    return { ...letter, audit: audit.rows.map(auditOf) };
  });
}

async function onSession<T>(
  store: Store,
  work: (session: Awaited<ReturnType<Store["connect"]>>) => Promise<T>,
): Promise<T> {
  const session = await store.connect({ purpose: "holdfast dead letters" });
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
