import { readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { CodedError } from "@holdfast/core";
import { stdinPath } from "@holdfast/operate";
import { oneLine } from "./plain-text.ts";

/** A log, and how the reader is told its name, on one line and without what a terminal would obey. */
export interface LogFile {
  readonly path: string;
  readonly name: string;
}

const logLike = /\.(?:log|json|jsonl|ndjson|txt|out|err)(?:\.\d+)?(?:\.gz)?$/i;

/** The logs that were named, those of folders in the order of their names; `-` is what comes in through a pipe. */
export function logsAt(given: readonly string[], cwd: string): readonly LogFile[] {
  const files = given.map((one) => (one === "-" ? stdinPath : resolve(cwd, one))).flatMap(filesAt);
  if (files.length > 0) return named(files, cwd);
  throw new CodedError("USAGE", "there is no log to read", {
    remedy: "Name logs or folders of them, or a run that kept some: holdfast diagnose --run ID.",
  });
}

/** The folder of a run that kept logs, by its id or its path. */
export function runFolderOf(run: string, cwd: string): string {
  const folders = [resolve(cwd, run), join(resolve(cwd), ".holdfast", "runs", run)];
  const found = folders.find((folder) => isFolder(join(folder, "logs")));
  if (found !== undefined) return found;
  throw new CodedError("RUN_NOT_READABLE", `${run} is no run that kept logs`, {
    remedy: "Name an id below .holdfast/runs, or the folder of a run.",
  });
}

/** The logs that a run kept. */
export function runLogs(folder: string, cwd: string): readonly LogFile[] {
  return named(filesAt(join(folder, "logs")), cwd);
}

function named(files: readonly string[], cwd: string): readonly LogFile[] {
  return [...new Set(files)].map((path) => ({
    path,
    name: path === stdinPath ? "stdin" : oneLine(relative(cwd, path) || path),
  }));
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
