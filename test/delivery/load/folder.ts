import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A temporary folder of a test's own. */
export function ownPath(): { path(name: string): string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-faults-"));
  return {
    path: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
