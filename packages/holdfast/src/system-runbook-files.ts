import { join } from "node:path";
import { freshText, mergeText, type PlannedRunbook } from "@holdfast/operate";
import { presentText, writeText } from "./system-generated-files.ts";

/** What became of a runbook. */
export interface WrittenRunbook {
  readonly path: string;
  /** `foreign`: somebody else's, and left alone. */
  readonly state: "new" | "changed" | "unchanged" | "foreign";
  /** Parts that were left as somebody changed them. */
  readonly kept: readonly string[];
}

/** Writes runbooks below a folder. What somebody wrote into one stays, and one that is somebody's own is left alone unless `force` says otherwise. */
export function writeRunbookFiles(
  folder: string,
  planned: readonly PlannedRunbook[],
  force: boolean,
): readonly WrittenRunbook[] {
  // Whatever is in the way is found before anything is written.
  const found = planned.map((runbook) => ({ runbook, present: presentText(folder, runbook.path) }));
  return found.map(({ runbook, present }) => {
    const { path } = runbook;
    const { text, kept } = textOf(runbook, present, force);
    if (text === null) return { path, state: "foreign", kept };
    if (text === present) return { path, state: "unchanged", kept };
    writeText(join(folder, path), text);
    return { path, state: present === null ? "new" : "changed", kept };
  });
}

function textOf(
  { head, parts, tail }: PlannedRunbook,
  present: string | null,
  force: boolean,
): { readonly text: string | null; readonly kept: readonly string[] } {
  const fresh = freshText(head, parts, tail);
  if (present === null || present.trim() === "") return { text: fresh, kept: [] };
  const merged = mergeText(present, parts, force);
  if (!("foreign" in merged)) return merged;
  return { text: force ? fresh : null, kept: [] };
}
