import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "@holdfast/delivery";
import { migrate, migrations } from "@holdfast/delivery/operations";
import { sqlite } from "@holdfast/delivery/sqlite";

/** A dead letter as a test writes it. */
export interface LetterRow {
  readonly id: string;
  readonly consumer: string | null;
  readonly type: string;
  readonly reason: string;
  readonly error: string;
  readonly body: string;
  readonly redrives: number;
}

/** The id of the n-th letter. */
export function letterId(n: number): string {
  return `0190a000-0000-7000-8000-${String(n).padStart(12, "0")}`;
}

/** Writes letters straight into their table, the n-th given up n minutes before the first. */
export async function writeLetters(store: Store, letters: readonly Partial<LetterRow>[]): Promise<void> {
  const mark = (at: number): string => (store.dialect === "postgres" ? `$${at + 1}` : "?");
  const marks = Array.from({ length: 16 }, (_, at) => mark(at)).join(", ");
  const key = store.dialect === "mysql" ? "`key`" : "key";
  const sql = `insert into ${store.tables.of("dead_letter")} (id, origin, consumer, message_id, type, source, ${key}, content_type, headers, body, message_ms, reason, error, history, redrives, dead_ms) values (${marks})`;
  await store.transaction(async (tx) => {
    for (const [at, letter] of letters.entries()) await tx.query(sql, valuesOf(letter, at));
  });
}

const usual: Omit<LetterRow, "id"> = {
  consumer: "billing",
  type: "order.placed",
  reason: "failed",
  error: "TypeError: no such customer\n    at handle (billing.ts:7)",
  body: '{"card":"4111"}',
  redrives: 0,
};

function valuesOf(part: Partial<LetterRow>, at: number) {
  const letter: LetterRow = { id: letterId(at + 1), ...usual, ...part };
  return [
    letter.id,
    letter.consumer === null ? "relay" : "consumer",
    letter.consumer,
    letterId(1_000 + at),
    letter.type,
    "/orders",
    "o-17",
    "application/json",
    '{"correlationid":"c-9"}',
    Buffer.from(letter.body),
    1_767_225_600_000,
    letter.reason,
    letter.error,
    '[{"atMs":1767225600000,"error":"no such customer"}]',
    letter.redrives,
    Date.now() - at * 60_000,
  ];
}

/** An SQLite file with every table, and letters in it. */
export async function letterFile(
  letters: readonly Partial<LetterRow>[],
): Promise<{ readonly address: string; readonly store: Store; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-letters-"));
  const path = join(folder, "app.db");
  const store = sqlite(path);
  await migrate(store, migrations);
  await writeLetters(store, letters);
  return {
    address: `sqlite:${path}`,
    store,
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
