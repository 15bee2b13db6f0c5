import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CodedError } from "@holdfast/core";

/** Deeper folders than this are somebody's mistake, and never a place for runbooks. */
const depthMax = 20;

/** The runbooks that a path means: itself, or every file `*.md` below a folder, hidden ones and `node_modules` left out, in the order of their names. */
export function runbooksAt(path: string): readonly string[] {
  // What cannot be looked at is told as a file that cannot be read.
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  const found = below(path, 0);
  if (found.length > 0) return found;
  throw new CodedError("USAGE", `${path} is a folder without a file *.md`, {
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
      return entry.name.toLowerCase().endsWith(".md") ? [path] : [];
    });
}
