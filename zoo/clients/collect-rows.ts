import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Evidence, evidenceFrom, evidenceName, evidenceText } from "./evidence.ts";
import { type Extract, extractOf } from "./extract.ts";
import { type Ran, ranIn } from "./ran.ts";
import type { Kind } from "./reading.ts";
import { type Configuration, contractsOf } from "./verify-client.ts";

/** A configuration of the atlas: what is told of it beside what was seen. Its version is that of its runs. */
export type Row = Pick<Evidence, "id" | "client" | "language"> &
  Pick<Configuration, "primaryMethod" | "overlaps">;

/** Where runs are read from, and where extracts are kept. */
export interface Places {
  readonly runOf: (id: string, kind: Kind) => string;
  readonly extracts: string;
}

interface Found {
  readonly kind: Kind;
  readonly extract: Extract;
  readonly ran: Ran | null;
}

/**
 * Runs each row and takes its extract. A row that cannot be run or collected is told and keeps the extract that it had: the exit status is 1
 * then. `run` answers why a row could not be run.
 */
export async function collectRows(
  rows: readonly Row[],
  places: Places,
  run: (row: Row) => Promise<string | null>,
  tell: (line: string) => void,
): Promise<0 | 1> {
  let status: 0 | 1 = 0;
  for (const row of rows) {
    const why = (await run(row)) ?? (await collectRow(row, places).catch(inWords));
    if (why === null) continue;
    status = 1;
    tell(`${row.id.padEnd(24)} ${why}: the extract is left as it is`);
  }
  return status;
}

function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Writes the extract of a row when every contract of it has a run to take it from; else answers why not. */
async function collectRow(row: Row, places: Places): Promise<string | null> {
  const { id, client, language } = row;
  const kinds = contractsOf(row).map(({ kind }) => kind);
  const path = join(places.extracts, evidenceName(id));
  const before = existsSync(path) ? evidenceFrom(readFileSync(path, "utf8")).evidence : null;
  const found: Found[] = [];
  for (const kind of kinds) {
    const folder = places.runOf(id, kind);
    const extract = await extractOf(folder, kind);
    if (extract !== null) found.push({ kind, extract, ran: ranIn(folder) ?? toldBy(before, kind, extract) });
  }
  const missing = kinds.filter((kind) => found.every((one) => one.kind !== kind));
  if (missing.length > 0) return `no whole run is stored of ${missing.join(", ")}`;
  const ran = ranOf(found);
  if (typeof ran === "string") return ran;
  const evidence: Evidence = {
    id,
    client,
    version: ran.version,
    language,
    config: ran.config,
    runs: Object.fromEntries(found.map(({ kind, extract }) => [kind, extract.run])),
    policy: found.flatMap(({ extract }) => extract.policy),
    verdicts: found.flatMap(({ extract }) => extract.verdicts),
    shown: found.flatMap(({ extract }) => extract.shown),
  };
  writeFileSync(path, evidenceText(evidence));
  return null;
}

/** What the stored extract says of the very run that it was taken from. */
function toldBy(before: Evidence | null, kind: Kind, { run }: Extract): Ran | null {
  if (before === null || !isDeepStrictEqual(before.runs[kind], run)) return null;
  return { version: before.version, config: before.config };
}

/** What all runs of a row were of, or why that cannot be told. What this machine has now says nothing about them. */
function ranOf(found: readonly Found[]): Ran | string {
  const untold = found.filter(({ ran }) => ran === null).map(({ kind }) => kind);
  if (untold.length > 0) return `nothing tells which version was run by ${untold.join(", ")}: run it again`;
  const [first, ...others] = found.flatMap(({ ran }) => ran ?? []);
  if (first !== undefined && others.every((one) => isDeepStrictEqual(one, first))) return first;
  const versions = found.map(({ kind, ran }) => `${kind} of ${ran?.version} (${ran?.config})`);
  return `its runs are not of one version: ${versions.join(", ")}`;
}
