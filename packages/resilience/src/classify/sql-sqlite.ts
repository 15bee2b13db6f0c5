import type { Failure } from "../failure.ts";
import type { CodeVerdict } from "./codes.ts";
import { readNumber, readText } from "./read-field.ts";
import { broken, notServing, refusedForGood } from "./sql-state.ts";

/**
 * The statement was not executed. Where it stood in a transaction that nobody rolled back, the BEGIN of another attempt fails, and
 * nothing is done twice. One writer at a time is how SQLite works, so it says nothing against it.
 */
const busy: CodeVerdict = { class: "unsent", counts: false };

/** Primary result codes; every other one means that the statement itself was wrong. */
const results: readonly (readonly [number: number, name: string, verdict: CodeVerdict])[] = [
  [5, "BUSY", busy],
  [6, "LOCKED", busy],
  [15, "PROTOCOL", busy],
  [7, "NOMEM", notServing],
  [13, "FULL", notServing],
  [14, "CANTOPEN", { class: "unsent", counts: true, word: "connect-failure" }],
  [9, "INTERRUPT", { class: "aborted", counts: false }],
  [10, "IOERR", { class: "ambiguous", counts: true }],
  [8, "READONLY", broken],
  [11, "CORRUPT", broken],
  [26, "NOTADB", broken],
];
const byNumber: ReadonlyMap<number, readonly [string, CodeVerdict]> = new Map(
  results.map(([number, name, verdict]) => [number, [name, verdict]]),
);
const byName: ReadonlyMap<string, CodeVerdict> = new Map(results.map(([, name, verdict]) => [name, verdict]));

/** What an error of `node:sqlite` (`errcode`) or of a client that names the result (`SQLITE_BUSY`) says; `null` where it is none. */
export function failureOfSqlite(error: unknown): Failure | null {
  const code = readText(error, "code") ?? "";
  if (code === "ERR_SQLITE_ERROR") {
    // The lower eight bits are the primary result, the others tell more about it.
    const result = (readNumber(error, "errcode") ?? 0) & 0xff;
    const [name, verdict] = byNumber.get(result) ?? [String(result), refusedForGood];
    return { ...verdict, code: `SQLITE_${name}` };
  }
  if (!code.startsWith("SQLITE_")) return null;
  return { ...(byName.get(code.split("_")[1] ?? "") ?? refusedForGood), code };
}
