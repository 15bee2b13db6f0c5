import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of this repository. */
export const repository: string = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** A text file of the project. */
export interface TextFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const leftOut = new Set(["node_modules", "dist", ".git", ".holdfast", "results", "coverage"]);
const generated = /^packages\/holdfast\/guide\//;
const texts = /\.(ts|js|mjs|json|md|ya?ml|sh|html|css)$|(^|\/)(run|LICENSE|\.gitignore|\.editorconfig)$/;

/** Every text file below `root` that is ours: nothing installed, built or recorded by a run. */
export function readTree(root: string): TextFile[] {
  const files: TextFile[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const full = join(folder, entry.name);
      const path = relative(root, full);
      if (entry.isDirectory() && !leftOut.has(entry.name) && !generated.test(`${path}/`)) walk(full);
      if (entry.isFile() && texts.test(path)) files.push({ path, text: readFileSync(full, "utf8") });
    }
  };
  walk(root);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Module specifiers that a TypeScript or JavaScript text imports or re-exports, statically or by `import("…")`. */
export function importsOf(text: string): string[] {
  const patterns = [
    /^\s*(?:import|export)\b[^;"'`]*?\bfrom\s+["']([^"']+)["']/gm,
    /^\s*import\s+["']([^"']+)["']/gm,
    /\bimport\(\s*["']([^"']+)["']\s*\)/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ""));
}
