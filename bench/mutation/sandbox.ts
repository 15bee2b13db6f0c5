import { type ChildProcess, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** Runs at the start of every test process: the first failure is enough, and every run draws the same cases. */
const preload = `import fc from "fast-check";
fc.configureGlobal({ endOnFailure: true, seed: 1 });
`;

/** How much longer than without a mutant a test may take before it is taken for one that does not end. */
const patience = { factor: 5, addedMs: 3_000 };

/** How a test ended, or the tests of a mutant. */
export type Outcome = "passed" | "failed" | "did not end";

/** A copy of the state machines and their tests, in which one file at a time is changed. */
export class Sandbox {
  readonly #folder: string;
  readonly #state: string;
  /** How long each test file takes when nothing is wrong. */
  readonly #durations = new Map<string, number>();

  constructor(root: string) {
    this.#folder = mkdtempSync(join(tmpdir(), "holdfast-mutation-"));
    const source = join(root, "packages", "resilience");
    const target = join(this.#folder, "packages", "resilience");
    this.#state = join(target, "src", "state");
    mkdirSync(join(target, "src"), { recursive: true });
    for (const path of ["package.json", "src/state", "src/timers.ts", "src/system-timers.ts"]) {
      cpSync(join(source, path), join(target, path), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(this.#folder, "node_modules"));
    writeFileSync(join(this.#folder, "preload.mjs"), preload);
  }

  get tests(): readonly string[] {
    return readdirSync(this.#state).filter((name) => name.endsWith(".test.ts"));
  }

  /** Writes a file's source; the next write of the same file takes it back. */
  write(file: string, source: string): void {
    writeFileSync(join(this.#state, file), source);
  }

  /** Runs every test once and notes how long it takes; the names of those that fail. */
  async baseline(): Promise<readonly string[]> {
    const failed: string[] = [];
    for (const test of this.tests) {
      const startedMs = performance.now();
      if ((await this.#run(test, 120_000)) !== "passed") failed.push(test);
      this.#durations.set(test, performance.now() - startedMs);
    }
    return failed;
  }

  /** How the first test ends that does not pass, of those that use the file: those named after it first, then the quick ones. */
  async outcome(file: string): Promise<Outcome> {
    const stem = basename(file, ".ts");
    const rank = (test: string): number => (test.startsWith(stem) ? 0 : 1e9) + this.#duration(test);
    const concerned = this.tests.filter((test) => this.#uses(test, file, new Set()));
    for (const test of concerned.sort((a, b) => rank(a) - rank(b))) {
      const limitMs = Math.ceil(this.#duration(test) * patience.factor + patience.addedMs);
      const outcome = await this.#run(test, limitMs);
      if (outcome !== "passed") return outcome;
    }
    return "passed";
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Whether a file names another in its imports, or in those of what it imports. */
  #uses(path: string, file: string, seen: Set<string>): boolean {
    if (path === file) return true;
    if (seen.has(path) || !existsSync(join(this.#state, path))) return false;
    seen.add(path);
    const source = readFileSync(join(this.#state, path), "utf8");
    const imported = [...source.matchAll(/"(\.{1,2}\/[\w./-]+\.ts)"/g)].map(({ 1: to = "" }) => to);
    return imported.some((to) => this.#uses(join(dirname(path), to), file, seen));
  }

  #duration(test: string): number {
    return this.#durations.get(test) ?? 0;
  }

  /** A test in a process group of its own: one that does not end may have children that would outlive it. */
  #run(test: string, limitMs: number): Promise<Outcome> {
    const child: ChildProcess = spawn(
      process.execPath,
      ["--conditions=@holdfast/source", "--import", "./preload.mjs", join(this.#state, test)],
      { cwd: this.#folder, stdio: "ignore", detached: true },
    );
    return new Promise((resolve) => {
      let late = false;
      const limit = setTimeout(() => {
        late = true;
        endGroup(child);
      }, limitMs);
      child.once("error", () => resolve("failed"));
      child.once("exit", (status) => {
        clearTimeout(limit);
        endGroup(child);
        if (status === 0) resolve("passed");
        else resolve(late ? "did not end" : "failed");
      });
    });
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody of it is left.
  }
}
