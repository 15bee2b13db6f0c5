import { readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { CodedError } from "@holdfast/core";

/** A log, and how the reader is told its name. */
export interface LogFile {
  readonly path: string;
  readonly name: string;
}

const logLike = /\.(?:log|json|jsonl|ndjson|txt|out|err)(?:\.\d+)?(?:\.gz)?$/i;

/** The logs that were named, those of folders in the order of their names, and those of a run. */
export function logsAt(given: readonly string[], run: string | undefined, cwd: string): readonly LogFile[] {
  const folders = run === undefined ? [] : [runLogs(run, cwd)];
  const files = [...given.map((one) => resolve(cwd, one)), ...folders].flatMap(filesAt);
  if (files.length > 0)
    return [...new Set(files)].map((path) => ({ path, name: relative(cwd, path) || path }));
  throw new CodedError("USAGE", "there is no log to read", {
    remedy: "Name logs or folders of them, or a run that kept some: holdfast diagnose checkout.log --run ID.",
  });
}

function runLogs(run: string, cwd: string): string {
  const folders = [resolve(cwd, run), join(resolve(cwd), ".holdfast", "runs", run)];
  const found = folders.map((folder) => join(folder, "logs")).find(isFolder);
  if (found !== undefined) return found;
  throw new CodedError("RUN_NOT_READABLE", `${run} is no run that kept logs`, {
    remedy: "Name an id below .holdfast/runs, or the folder of a run.",
  });
}

function filesAt(path: string): readonly string[] {
  if (!isFolder(path)) return [path];
  return readdirSync(path)
    .filter((name) => logLike.test(name))
    .sort()
    .map((name) => join(path, name));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
