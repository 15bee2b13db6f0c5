import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Contract, loadContract } from "../../packages/contract/src/index.ts";
import { judge, readRun, type StoredRun } from "../../packages/verify/src/index.ts";
import type { Checklist } from "../../packages/verify/src/report/model.ts";

/** A run that the cache keeps, judged again by the rules as they are now. */
export interface JudgedAgain {
  readonly contract: Contract;
  readonly stored: StoredRun;
  readonly checklist: Checklist;
}

/** Judges the run in a folder again; `null` where there is none, or none whose contract can still be read. */
export async function judgedAgain(folder: string): Promise<JudgedAgain | null> {
  if (!existsSync(join(folder, "run.json"))) return null;
  const stored = readRun(folder);
  const read = await loadContract(stored.run.contract.file, process.env);
  if (!("contract" in read)) return null;
  const { contract } = read;
  const { observations, run } = stored;
  const checklist = judge({ contract, observations, today: run.startedAt.slice(0, 10), repeat: () => "" });
  return { contract, stored, checklist };
}
