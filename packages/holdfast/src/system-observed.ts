import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Contract } from "@holdfast/contract";
import { assemble, exportedIn, type ShownMode, shownModes } from "@holdfast/verify";
import type { Io } from "./command.ts";
import { rejudge } from "./rejudge.ts";
import { openRun } from "./system-run-folder.ts";

/** What a run showed. */
export interface Observations {
  /** The run's id; `null` where there is none. */
  readonly run: string | null;
  readonly modes: readonly ShownMode[];
  /** Names of the metrics that it saw exported. */
  readonly exported: readonly string[];
}

/** The failure modes that a run showed: the one that is named, else the newest beside the contract or here, else none. */
export async function observedIn(
  given: string | undefined,
  contract: Contract,
  io: Io,
): Promise<Observations> {
  const folder =
    given ?? [io.cwd, dirname(contract.file)].find((one) => existsSync(join(one, ".holdfast", "runs")));
  if (folder === undefined) return { run: null, modes: [], exported: [] };
  const run = await openRun(folder, contract.file, io);
  const checklist = rejudge(run, undefined, io);
  const assembled = assemble(run.stored.observations, run.stored.run.experiments);
  return {
    run: checklist.run,
    modes: shownModes(contract, assembled, checklist),
    exported: exportedIn(run.stored.observations),
  };
}
