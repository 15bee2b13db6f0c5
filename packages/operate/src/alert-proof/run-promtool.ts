import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CodedError } from "@holdfast/core";
import type { RuleText } from "./model.ts";
import type { Promtool, Said } from "./promtool.ts";

/** One run of it takes seconds; a machine that is busy gets some more. */
const timeoutMs = 120_000;

/** More than this no test of ours says. */
const outputBytesMax = 64 * 1024 * 1024;

/**
 * Several run side by side, and one on several threads takes half as much CPU again: 5.6 s for a test of 295 KB against 3.7 s, and no sooner
 * (promtool 2.42, two cores).
 */
const oneThread = "1";

/** What its search path is read from. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Finds promtool on the path; rejects with `PROMTOOL_MISSING` where it is not. */
export async function findPromtool(environment: Environment, signal: AbortSignal): Promise<Promtool> {
  const env = { PATH: environment["PATH"], GOMAXPROCS: oneThread };
  const said = await start(["--version"], tmpdir(), env, signal).catch((cause: unknown) => {
    throw missing(cause);
  });
  const version = /version ([\w.]+)/.exec(said.text)?.[1];
  if (!said.ok || version === undefined) throw missing(new Error(said.text.slice(0, 200)));
  return { version, run: (files, words) => inFolder(files, (folder) => start(words, folder, env, signal)) };
}

function missing(cause: unknown): CodedError {
  return new CodedError(
    "PROMTOOL_MISSING",
    "promtool is not on the PATH, so no alert can be put to the proof.",
    {
      remedy: "Install prometheus (Debian: apt-get install prometheus); promtool comes with it.",
      cause,
    },
  );
}

async function inFolder(files: readonly RuleText[], act: (folder: string) => Promise<Said>): Promise<Said> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-promtool-"));
  try {
    for (const { path, text } of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function start(words: readonly string[], cwd: string, env: Environment, signal: AbortSignal): Promise<Said> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  return new Promise((resolve, reject) => {
    const child = spawn("promtool", words, { cwd, env, stdio: ["ignore", "pipe", "pipe"], signal: limit });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= outputBytesMax) chunks.push(chunk);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("error", (cause) => reject(signal.aborted || !limit.aborted ? cause : tooSlow(cause)));
    child.once("close", (code) => resolve({ ok: code === 0, text: Buffer.concat(chunks).toString("utf8") }));
  });
}

function tooSlow(cause: unknown): CodedError {
  return new CodedError("PROMTOOL_TOO_SLOW", `promtool took more than ${timeoutMs / 1_000} s.`, {
    remedy: "Give the machine more room, or name fewer rules under operations.rules.",
    cause,
  });
}
