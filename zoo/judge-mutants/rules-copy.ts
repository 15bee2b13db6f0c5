import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { changed, type JudgeMutant } from "./model.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A copy of what judges, in which one file at a time is changed. */
export class RulesCopy {
  readonly #folder = mkdtempSync(join(tmpdir(), "holdfast-judge-"));
  /** Where its sources are. */
  readonly source: string = join(this.#folder, "packages", "verify", "src");

  /** Copies the sources from `from`: another copy, so that all see one state of a tree that may be edited meanwhile. */
  constructor(from: string = join(root, "packages", "verify", "src")) {
    mkdirSync(this.source, { recursive: true });
    cpSync(from, this.source, { recursive: true });
    cpSync(join(root, "packages", "verify", "package.json"), join(this.source, "..", "package.json"));
    symlinkSync(join(root, "node_modules"), join(this.#folder, "node_modules"));
  }

  /** Does something while a mutant is in; a sentence where its text is not there. */
  async with<T>(mutant: JudgeMutant, work: () => Promise<T>): Promise<T | { readonly wrong: string }> {
    const path = join(this.source, mutant.file);
    const original = readFileSync(path, "utf8");
    const next = changed(original, mutant);
    if ("wrong" in next) return next;
    writeFileSync(path, next.source);
    try {
      return await work();
    } finally {
      writeFileSync(path, original);
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
