import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const found = spawnSync("promtool", ["--version"], { encoding: "utf8" });

/** Why tests that need promtool are skipped; `false` where it is there. */
export const withoutPromtool: string | false =
  found.status === 0 ? false : "service: promtool is not on the PATH (Debian: apt-get install prometheus)";

/** What a program said. */
export interface Said {
  readonly ok: boolean;
  readonly text: string;
}

/** Writes files into a folder of their own, runs promtool there, and takes the folder away. */
export function promtool(
  files: readonly { readonly path: string; readonly text: string }[],
  ...runs: readonly (readonly string[])[]
): readonly Said[] {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-promtool-"));
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return runs.map((words) => {
      const { status, stdout, stderr } = spawnSync("promtool", words, { cwd: folder, encoding: "utf8" });
      return { ok: status === 0, text: `${stdout}${stderr}` };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Proves rules by tests: both as texts. */
export function tested(rules: string, tests: string): Said {
  const files = [
    { path: "rules.yml", text: rules },
    { path: "tests.yml", text: tests },
  ];
  const [said] = promtool(files, ["test", "rules", "tests.yml"]);
  return said ?? { ok: false, text: "promtool was not run" };
}
