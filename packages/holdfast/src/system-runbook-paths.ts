import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CodedError } from "@holdfast/core";

/** Deeper folders than this are somebody's mistake, and never a place for runbooks. */
const depthMax = 20;

/**
 * The runbooks that a path means: itself, or every file `*.md` below a folder, in the order of their names. Hidden ones
 * and `node_modules` are left out, and so is `README.md`, which tells of its folder, unless it is named itself.
 */
export function runbooksAt(path: string): readonly string[] {
  // What cannot be looked at is told as a file that cannot be read.
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const found = below(path, 0);
  if (found.length > 0) return found;
  throw new CodedError("USAGE", `${path} is a folder without a runbook, a file *.md that is no README.md`, {
    remedy: "Name the folder of the runbooks, or the runbooks themselves.",
  });
}

function below(folder: string, depth: number): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(
    ({ name }) => !name.startsWith(".") && name !== "node_modules",
  );
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return depth < depthMax ? below(path, depth + 1) : [];
      const name = entry.name.toLowerCase();
      return name.endsWith(".md") && name !== "readme.md" ? [path] : [];
    });
}
