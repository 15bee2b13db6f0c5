import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Checklist, CheckResult } from "../packages/verify/src/report/model.ts";
import type { Said } from "./score.ts";

const holdfast = fileURLToPath(new URL("../packages/holdfast/bin/holdfast.js", import.meta.url));

/** How a contract of the zoo is verified. */
export interface VerifyOptions {
  /** Only these checks; every check when null. */
  readonly only: readonly string[] | null;
  readonly seed: number;
  /** How thorough the run is; `pr` when left out. */
  readonly profile?: "pr" | "full";
  /** Where the run is kept. */
  readonly out: string;
  readonly signal: AbortSignal;
}

/** What came of it: the checklist, or why there is none. */
export interface Verified {
  readonly results: readonly CheckResult[];
  readonly error: string | null;
  readonly wallMs: number;
}

/** Runs `holdfast verify` on a contract as its users do: a process of its own, its JSON on stdout. */
export async function verifyContract(contract: string, options: VerifyOptions): Promise<Verified> {
  const only = options.only === null ? [] : ["--only", options.only.join(",")];
  const seed = String(options.seed);
  const how = ["--seed", seed, "--profile", options.profile ?? "pr", "--out", options.out];
  const args = ["verify", contract, "--json", ...how, ...only];
  const startedMs = performance.now();
  const { stdout, stderr, code } = await run(
    ["--conditions=@holdfast/source", holdfast, ...args],
    options.signal,
  );
  const wallMs = performance.now() - startedMs;
  try {
    const checklist = JSON.parse(stdout) as Checklist;
    return { results: checklist.items.flatMap((item) => item.checks), error: null, wallMs };
  } catch {
    const words = stderr.trim().split("\n").slice(0, 3).join(" ");
    return { results: [], error: `verify ended with ${code}: ${words}`, wallMs };
  }
}

/** What the last run left in its folder. */
export function storedRun(out: string): Verified {
  const file = join(out, "checklist.json");
  if (!existsSync(file)) return { results: [], error: `no run is stored in ${out}`, wallMs: 0 };
  const { items, wallMs } = JSON.parse(readFileSync(file, "utf8")) as Checklist;
  return { results: items.flatMap((item) => item.checks), error: null, wallMs };
}

/** The worst that each check said: a consumer of the zoo has one integration, but may have more than one operation. */
export function saidBy(results: readonly CheckResult[]): readonly Said[] {
  const byCheck = new Map<string, Said>();
  for (const { id, verdict, because } of results) {
    const known = byCheck.get(id);
    if (known === undefined || rank(verdict) < rank(known.verdict)) {
      byCheck.set(id, { check: id, verdict, because });
    }
  }
  return [...byCheck.values()];
}

/** Where runs are kept: a cache that version control ignores. */
export const runsFolder: string = join(
  fileURLToPath(new URL("..", import.meta.url)),
  "node_modules/.cache/holdfast-zoo",
);

const worstFirst = ["fail", "advice", "inconclusive", "pass", "not-applicable", "not-tested"];

function rank(verdict: string): number {
  return worstFirst.indexOf(verdict);
}

function run(
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ stdout: string; stderr: string; code: number | null }> {
  return new Promise((resolve, reject) => {
    // What is under test is how verify judges, not how fast Node strips its types.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(runsFolder, ".compiled") };
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env });
    const stop = () => child.kill("SIGTERM");
    signal.addEventListener("abort", stop, { once: true });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      signal.removeEventListener("abort", stop);
      resolve({ stdout, stderr, code });
    });
  });
}
