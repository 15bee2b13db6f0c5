import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { CodedError } from "@holdfast/core";
import { observationsFile } from "./stored-run.ts";

const lockFile = ".lock";

/** What a run writes: only this is cleared when a folder of an earlier run is used again; the observations are overwritten. */
const ownFiles = /^(run\.json|checklist\.(json|md)|report\.html|junit\.xml|runbook-gaps\.md)(\.part)?$/;
/** Where instances on Node keep what they compiled. */
export const codeCacheFolder = "code-cache";
/** What is of use only while the run goes on, such as the authority that its services trust. */
export const asideFolder = "aside";
const ownIncidents = /^INC-[0-9a-f]{8}\.md$/;
const ownLogs = /__.*\.log$/;

/**
 * Claims a folder for a run: creates it, or takes an empty one, or clears one that holds an earlier run. Any other is left alone:
 * `FOLDER_IN_USE`. Answers how to give it back.
 */
export function claimFolder(path: string): () => void {
  const folder = resolve(path);
  makeFolder(folder);
  const entries = readdirSync(folder).filter((name) => name !== lockFile);
  const isRun = entries.includes(observationsFile);
  if (entries.length > 0 && !isRun) throw inUse(folder, entries);
  const release = lock(folder);
  if (isRun) clear(folder);
  return release;
}

/** Like `mkdir -p`, but level by level: a file system that says ENOENT to every new folder ends in that error. */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory())
      throw Object.assign(new Error(`${path} is a file`), { code: "ENOTDIR" });
    return;
  }
  makeFolder(dirname(path));
  mkdirSync(path);
}

function clear(folder: string): void {
  for (const name of readdirSync(folder)) if (ownFiles.test(name)) rmSync(join(folder, name));
  for (const own of [codeCacheFolder, asideFolder])
    rmSync(join(folder, own), { recursive: true, force: true });
  clearWithin(join(folder, "logs"), ownLogs);
  clearIncidents(folder);
}

/** Takes away the incident drafts of an earlier judgement, and nothing else. */
export function clearIncidents(folder: string): void {
  clearWithin(join(folder, "incidents"), ownIncidents);
}

function clearWithin(folder: string, own: RegExp): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (own.test(name)) rmSync(join(folder, name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** One run at a time: the lock names its process; one that is gone has left it behind. */
function lock(folder: string): () => void {
  const file = join(folder, lockFile);
  const holder = existsSync(file) ? Number(readFileSync(file, "utf8")) : Number.NaN;
  if (holder > 0 && isAlive(holder)) {
    throw new CodedError("RUN_IN_PROGRESS", `Another run (process ${holder}) is writing into ${folder}.`, {
      remedy: "Wait for it to end, or name another folder with --out.",
      details: { folder, process: holder },
    });
  }
  rmSync(file, { force: true });
  writeFileSync(file, String(process.pid), { flag: "wx", mode: 0o600 });
  return () => {
    try {
      unlinkSync(file);
    } catch {
      // The folder is gone, and the lock with it.
    }
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code === "EPERM";
  }
}

function inUse(folder: string, entries: readonly string[]): CodedError {
  const some = entries.slice(0, 3).join(", ");
  return new CodedError("FOLDER_IN_USE", `${folder} is not empty and holds no run (${some}).`, {
    remedy: "Name a new folder, an empty one, or that of an earlier run with --out.",
    details: { folder, entries: entries.slice(0, 20) },
  });
}
