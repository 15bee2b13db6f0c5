import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Contract, loadContract } from "@holdfast/contract";
import { CodedError } from "@holdfast/core";
import { readRun, type StoredRun } from "@holdfast/verify";
import type { Io } from "./command.ts";

/** A stored run with the contract it was made from. */
export interface OpenRun {
  readonly stored: StoredRun;
  readonly contract: Contract;
}

/**
 * Opens the run a command was given: its folder, or a folder that holds `.holdfast/runs`, whose newest run is meant. The contract
 * is read again from where it stood; one that has changed since is told on stderr.
 */
export async function openRun(
  given: string | undefined,
  contractFile: string | undefined,
  io: Io,
): Promise<OpenRun> {
  const stored = readRun(runFolder(resolve(io.cwd, given ?? ".")));
  for (const note of stored.notes) io.err(`holdfast: note: ${note}\n`);
  const file = contractFile === undefined ? stored.run.contract.file : resolve(io.cwd, contractFile);
  const read = await loadContract(file, io.env, { mayBeMissing: true });
  if (!("contract" in read))
    throw new CodedError("CONTRACT_UNREADABLE", `the run's contract ${file} cannot be read any more`, {
      remedy: "Restore it, or name it with --contract; holdfast verify --dry-run lists its problems.",
    });
  if (read.contract.digest !== stored.run.contract.digest)
    io.err(`holdfast: note: ${file} has changed since the run; it is judged by the contract of today.\n`);
  return { stored, contract: read.contract };
}

function runFolder(path: string): string {
  if (existsSync(join(path, "run.json"))) return path;
  const runs = join(path, ".holdfast", "runs");
  const newest = existsSync(runs) ? readdirSync(runs).sort().at(-1) : undefined;
  if (newest !== undefined) return join(runs, newest);
  throw new CodedError("RUN_NOT_READABLE", `${path} is no run and holds none`, {
    remedy: `Name the folder of a run, such as ${join(path, ".holdfast", "runs", "<id>")}.`,
  });
}
