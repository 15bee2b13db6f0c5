import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { CodedError, isCodedError } from "@holdfast/core";
import type { Observation } from "../model.ts";
import { asideFolder, claimFolder, codeCacheFolder } from "./claim-folder.ts";
import { observationsFile, runFile } from "./stored-run.ts";
import { type StoredObservation, scrapePacker, scrapeUnpacker } from "./stored-scrape.ts";

const logBytesMax = 5 * 1024 * 1024;

/** The folder of a run while it is being written; nothing else on disk is touched. */
export interface RunFolder {
  readonly path: string;
  /** A folder in it for what instances on Node compile; it goes when the run's folder is closed. */
  readonly codeCache: string;
  /** Appends one observation; what was seen survives any crash that comes later. Returns it as it takes the least memory. */
  append(observation: Observation): Observation;
  appendLog(experiment: string, line: string): void;
  /** Writes a file that goes when the run's folder is closed; answers its path. */
  writeAside(name: string, text: string): string;
  /** Replaces `run.json` as a whole. */
  writeRun(run: object): void;
  close(): void;
}

/** The file of an experiment's log within the run's folder. */
export function logFile(experiment: string): string {
  return join("logs", `${experiment.replaceAll("/", "__").replaceAll(/[^\w.-]/g, "_")}.log`);
}

/** Creates the folder of a run; `onFailure` hears once when it can no longer be written. */
export function openRunFolder(path: string, onFailure: (error: CodedError) => void): RunFolder {
  const release = attempt(path, () => claimFolder(path));
  const observations = attempt(path, () => {
    mkdirSync(join(path, "logs"), { recursive: true });
    return openSync(join(path, observationsFile), "w", 0o600);
  });
  const logs = new Map<string, { file: number; bytes: number }>();
  const [pack, unpack] = [scrapePacker(), scrapeUnpacker()];
  let failed = false;

  /** After the first failure nothing is written any more: half a line must not be followed by another. */
  function guarded(write: () => void): void {
    if (failed) return;
    try {
      write();
    } catch (cause) {
      failed = true;
      onFailure(folderError(path, cause));
    }
  }

  function append(observation: Observation): Observation {
    const text = JSON.stringify(pack(observation));
    guarded(() => writeWhole(observations, `${text}\n`));
    if (observation.type !== "scrape") return observation;
    return unpack(JSON.parse(text) as StoredObservation) ?? observation;
  }

  function appendLog(experiment: string, line: string): void {
    let log = logs.get(experiment);
    if (log === undefined) {
      log = { file: openSync(join(path, logFile(experiment)), "w", 0o600), bytes: 0 };
      logs.set(experiment, log);
    }
    if (log.bytes > logBytesMax) return;
    const text = `${line}\n`;
    log.bytes += Buffer.byteLength(text);
    const more = log.bytes > logBytesMax;
    writeWhole(log.file, more ? `-- more than ${logBytesMax} bytes: the rest is not kept --\n` : text);
  }

  return {
    path,
    codeCache: join(path, codeCacheFolder),
    append,
    appendLog: (experiment, line) => guarded(() => appendLog(experiment, line)),
    writeAside: (name, text) => {
      const file = join(path, asideFolder, name);
      attempt(path, () => {
        mkdirSync(join(path, asideFolder), { recursive: true });
        writeFileSync(file, text, { mode: 0o600 });
      });
      return file;
    },
    writeRun: (run) =>
      guarded(() => {
        const file = join(path, runFile);
        writeFileSync(`${file}.part`, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 });
        renameSync(`${file}.part`, file);
      }),
    close: () => {
      // Whatever is recorded from here on must not land in a file that got the same descriptor.
      failed = true;
      for (const { file } of logs.values()) closeSync(file);
      closeSync(observations);
      for (const own of [codeCacheFolder, asideFolder])
        rmSync(join(path, own), { recursive: true, force: true });
      release();
    },
  };
}

/** One write may take only a part, on a disk that is filling up. */
function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw isCodedError(cause) ? cause : folderError(path, cause);
  }
}

function folderError(path: string, cause: unknown): CodedError {
  const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
  const full = code === "ENOSPC" || code === "EDQUOT";
  return new CodedError(
    full ? "NO_SPACE_LEFT" : "FOLDER_NOT_WRITABLE",
    `The run's folder ${path} ${full ? "cannot take more: no space is left" : `cannot be written (${code})`}.`,
    {
      remedy: full
        ? "Free some space or name a folder on another disk with --out; what was seen until now is kept."
        : "Name a folder that may be written with --out.",
      details: { path, code },
      cause,
    },
  );
}
