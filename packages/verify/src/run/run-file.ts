import type { Plan } from "../model.ts";
import type { OpenRun } from "./open-run.ts";
import type { RunOptions } from "./run-options.ts";
import type { RunFile } from "./stored-run.ts";

/** What `run.json` says about a run at this moment. */
export function runFileOf(
  options: RunOptions,
  open: OpenRun,
  state: Pick<RunFile, "startMs" | "wallMs" | "interrupted"> & { readonly plan: Plan | null },
): RunFile {
  const { contract, seed, profile, jobs, cores, clock } = options;
  const { run, startedAt, versions } = open.first;
  const { plan, startMs, wallMs, interrupted } = state;
  return {
    schemaVersion: 1,
    run,
    contract: { file: contract.file, digest: contract.digest },
    seed,
    ...(profile === undefined ? {} : { profile }),
    startedAt,
    endedAt: wallMs === null ? null : new Date(clock.wall()).toISOString(),
    wallMs,
    startMs,
    lowerBoundMs: plan?.lowerBoundMs ?? null,
    jobs,
    cores,
    versions,
    experiments: plan?.experiments ?? [],
    interrupted,
  };
}
