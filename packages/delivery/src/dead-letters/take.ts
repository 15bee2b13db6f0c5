import { DeliveryError } from "../errors.ts";
import type { Store } from "../store.ts";
import type { Tx } from "../tx.ts";
import { binderOf, type DeadLetterFilter } from "./filter.ts";
import { type Place, readPage } from "./pages.ts";

/** The next letters to take, and in which form to read them. */
export interface TakeRequest<L> {
  readonly columns: string;
  readonly filter: DeadLetterFilter;
  readonly after: Place | null;
  readonly rows: number;
  readonly read: (row: Readonly<Record<string, unknown>>) => L;
}

/**
 * Reads the next letters and deletes them, in the transaction that puts them elsewhere. What another operator has under way is left out; the
 * number of deleted rows is held against the number that was read, in case a database looked away.
 */
export async function takeNext<L extends Place>(
  tx: Tx,
  tables: Store["tables"],
  { columns, filter, after, rows, read }: TakeRequest<L>,
  onRead: (letters: readonly L[]) => void,
): Promise<readonly L[]> {
  const page = await readPage(tx, tables, { columns, filter, order: "oldest", after, rows, lock: true });
  const letters = page.map(read);
  onRead(letters);
  if (letters.length === 0) return letters;
  const binder = binderOf(tx.dialect);
  const marks = letters.map(({ id }) => binder.bind(id, "uuid"));
  const { count } = await tx.query(
    `delete from ${tables.of("dead_letter")} where id in (${marks.join(", ")})`,
    binder.params,
  );
  if (count === letters.length) return letters;
  throw new DeliveryError("STORE_CONFLICT", "Another operator took some of these dead letters.");
}
