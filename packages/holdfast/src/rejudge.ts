import { relative } from "node:path";
import { type Checklist, judge } from "@holdfast/verify";
import type { Io } from "./command.ts";
import { repeatCommand } from "./repeat-command.ts";
import { readRemedies } from "./system-guide.ts";
import type { OpenRun } from "./system-run-folder.ts";

/** Judges a stored run again by the rules of today; nothing is run. */
export function rejudge(
  { stored, contract }: OpenRun,
  only: readonly string[] | undefined,
  io: Io,
): Checklist {
  const { run, observations, notes } = stored;
  const lost = notes.length === 0 ? null : `Observations are missing: ${notes[0]}`;
  return judge({
    contract,
    observations,
    remedies: readRemedies(),
    today: run.startedAt.slice(0, 10),
    repeat: repeatCommand(relative(io.cwd, contract.file), run.seed, run.profile),
    ...(only === undefined ? {} : { only }),
    wallMs: run.wallMs ?? 0,
    startMs: run.startMs ?? 0,
    lowerBoundMs: run.lowerBoundMs ?? 0,
    interrupted: run.interrupted ?? lost ?? (run.endedAt === null ? "The run was ended from outside." : null),
  });
}
