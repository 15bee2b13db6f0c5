import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CodedError } from "@holdfast/core";
import type { Experiment, Observation, Profile } from "../model.ts";
import { type StoredObservation, scrapeUnpacker } from "./stored-scrape.ts";

/** The file that holds what was seen, one observation a line. */
export const observationsFile = "observations.ndjson";
/** The file that holds what the run was. */
export const runFile = "run.json";

/** What `run.json` holds. */
export interface RunFile {
  readonly schemaVersion: 1;
  readonly run: string;
  readonly contract: { readonly file: string; readonly digest: string };
  readonly seed: number;
  /** Absent in runs of before there were profiles. */
  readonly profile?: Profile;
  readonly startedAt: string;
  /** `null` while the run goes on, or when it was ended from outside. */
  readonly endedAt: string | null;
  readonly wallMs: number | null;
  readonly startMs: number | null;
  readonly lowerBoundMs: number | null;
  readonly jobs: number;
  readonly cores: number;
  readonly versions: { readonly holdfast: string; readonly node: string; readonly platform: string };
  readonly experiments: readonly Experiment[];
  /** Why the run ended early; `null` when it did not. */
  readonly interrupted: string | null;
}

/** A run read back from its folder. */
export interface StoredRun {
  readonly folder: string;
  readonly run: RunFile;
  readonly observations: readonly Observation[];
  /** What had to be left out, in sentences. */
  readonly notes: readonly string[];
}

/** Reads a run's folder; lines that are not whole are left out and told. */
export function readRun(folder: string): StoredRun {
  const run = readRunFile(folder);
  const notes: string[] = [];
  const observations: Observation[] = [];
  const unpack = scrapeUnpacker();
  const lines = readText(folder, observationsFile).split("\n");
  for (const [index, line] of lines.entries()) {
    if (line === "") continue;
    const stored = parsed(line);
    const observation = stored === null ? null : unpack(stored);
    if (observation !== null) observations.push(observation);
    else notes.push(`Line ${index + 1} of ${observationsFile} is not whole and was left out.`);
  }
  return { folder, run, observations, notes };
}

function readRunFile(folder: string): RunFile {
  const text = readText(folder, runFile);
  try {
    return JSON.parse(text) as RunFile;
  } catch (cause) {
    throw new CodedError("RUN_NOT_READABLE", `${join(folder, runFile)} is not JSON.`, {
      remedy: "Restore the file, or verify again: its observations cannot be judged without it.",
      details: { folder },
      cause,
    });
  }
}

function parsed(line: string): StoredObservation | null {
  try {
    return JSON.parse(line) as StoredObservation;
  } catch {
    return null;
  }
}

function readText(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch (cause) {
    throw new CodedError("RUN_NOT_READABLE", `${folder} holds no run that can be read: ${name} is missing.`, {
      remedy: "Name the folder of a run, such as .holdfast/runs/<id>.",
      details: { folder, name },
      cause,
    });
  }
}
