import { availableParallelism } from "node:os";
import type { Contract } from "@holdfast/contract";
import { type Plan, planRun } from "@holdfast/verify";

/** How much is done side by side on this machine: instances alive, and instances starting. */
export function machine(jobs: number | undefined): { readonly jobs: number; readonly cores: number } {
  const cores = availableParallelism();
  return { jobs: jobs ?? Math.min(16, 8 * cores), cores };
}

/** What an instance is taken to need for its start while none has been measured. */
const assumedStartMs = 300;

/** The plan that a run would follow; a real run measures how long an instance takes to start, this one assumes it. */
export function dryRun(
  contract: Contract,
  given: {
    readonly seed: number;
    readonly jobs: number;
    readonly cores: number;
    readonly only: readonly string[] | undefined;
  },
): Plan {
  const { only, ...rest } = given;
  return planRun(contract, { ...rest, startMs: assumedStartMs, ...(only === undefined ? {} : { only }) });
}
