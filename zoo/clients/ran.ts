import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Verified } from "../verify-run.ts";

/** What a run was of. Its `run.json` names Holdfast and Node, not the client. */
export interface Ran {
  readonly version: string;
  readonly config: string;
}

/** Verifies, and where a checklist came of it notes in the folder of the run what it was of. */
export async function noting(
  folder: string,
  { version, config }: Ran,
  verify: () => Promise<Verified>,
): Promise<Verified> {
  const verified = await verify();
  if (verified.error === null && existsSync(join(folder, "run.json"))) {
    const note = { run: runIn(folder), version, config };
    writeFileSync(noteIn(folder), `${JSON.stringify(note, null, 2)}\n`);
  }
  return verified;
}

/** What the run in a folder was of; `null` where that was not noted, or was noted of an earlier run. */
export function ranIn(folder: string): Ran | null {
  if (!existsSync(noteIn(folder))) return null;
  const note = JSON.parse(readFileSync(noteIn(folder), "utf8")) as Ran & { readonly run: string };
  return note.run === runIn(folder) ? { version: note.version, config: note.config } : null;
}

function noteIn(folder: string): string {
  return join(folder, "client.json");
}

function runIn(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as { readonly run: string }).run;
}
