import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { KeptCase, KeptRun } from "./kept-runs.ts";

const script = join(import.meta.dirname, "judge-kept.ts");

/** What judging in a process of its own brought: a case for each run, or how it ended instead. */
export type Judged = { readonly cases: readonly KeptCase[] } | { readonly ended: string };

/** Judges kept runs by the rules in a folder, in a process that is gone afterwards whatever the rules do. */
export async function judgeApart(
  rules: string,
  runs: readonly KeptRun[],
  { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal },
): Promise<Judged> {
  const child = spawn(process.execPath, ["--conditions=@holdfast/source", script, rules], {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const late = AbortSignal.timeout(limitMs);
  const stop = AbortSignal.any([late, signal]);
  const end = () => endGroup(child);
  stop.addEventListener("abort", end, { once: true });
  const exit = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  child.stdin.on("error", () => undefined).end(JSON.stringify(runs));
  const [out, said, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  stop.removeEventListener("abort", end);
  endGroup(child);
  if (signal.aborted) return { ended: "it was stopped" };
  if (late.aborted) return { ended: `it did not end within ${limitMs / 1_000} s` };
  if (code !== 0) return { ended: errorIn(said) };
  return { cases: JSON.parse(out) as readonly KeptCase[] };
}

function errorIn(words: string): string {
  return /^.*\b\w*Error\b.*$/m.exec(words)?.[0].trim().slice(0, 200) ?? "it ended by itself";
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody of it is left.
  }
}
