import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { repository } from "./tree.ts";

const keepOut = new Set(["node_modules", "dist", ".git", ".holdfast"]);

/** An empty folder that is gone when the test (its context) or the suite (`after` of node:test) ends. */
export function temporaryFolder(test: { readonly after: (act: () => void) => void }, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `holdfast-${name}-`));
  test.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Writes files given by path and text. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Copies the named files and folders of the repository, without what is installed, built or recorded. */
export function copyOf(folder: string, paths: readonly string[]): void {
  for (const path of paths.filter((each) => existsSync(join(repository, each)))) {
    cpSync(join(repository, path), join(folder, path), {
      recursive: true,
      filter: (source) => !keepOut.has(relative(repository, source).split("/").at(-1) ?? ""),
    });
  }
}

/** A `node_modules` like the repository's, whose workspace packages are those of `folder`. */
export function linkModules(folder: string): void {
  const ours = join(repository, "node_modules");
  const theirs = join(folder, "node_modules");
  mkdirSync(join(theirs, "@holdfast"), { recursive: true });
  for (const name of readdirSync(ours)) {
    if (!name.startsWith(".") && name !== "@holdfast" && name !== "holdfast")
      symlinkSync(join(ours, name), join(theirs, name));
  }
  for (const name of readdirSync(join(folder, "packages"))) {
    const link = name === "holdfast" ? name : join("@holdfast", name);
    symlinkSync(join(folder, "packages", name), join(theirs, link));
  }
  writeFileSync(join(theirs, ".package-lock.json"), "{}\n");
}
