import { availableParallelism } from "node:os";
import type { Contract } from "@holdfast/contract";
import { type Plan, type Profile, planRun, profileNames } from "@holdfast/verify";

/** How much is done side by side on this machine: instances alive, and instances starting. */
export function machine(jobs: number | undefined): { readonly jobs: number; readonly cores: number } {
  const cores = availableParallelism();
  return { jobs: jobs ?? Math.min(16, 8 * cores), cores };
}

/** What an instance is taken to need for its start while none has been measured. */
const assumedStartMs = 300;

/** A plan with what every profile is expected to take. */
export interface Planned {
  readonly plan: Plan;
  readonly profile: Profile;
  readonly estimatesMs: Readonly<Record<Profile, number>>;
}

/** The plan that a run would follow; a real run measures how long an instance takes to start, this one assumes it. */
export function dryRun(
  contract: Contract,
  given: {
    readonly seed: number;
    readonly jobs: number;
    readonly cores: number;
    readonly only: readonly string[] | undefined;
  },
  profile: Profile,
): Planned {
  const { only, ...rest } = given;
  const shared = { ...rest, startMs: assumedStartMs, ...(only === undefined ? {} : { only }) };
  const planOf = (each: Profile): Plan => planRun(contract, { ...shared, profile: each });
  const estimates = profileNames.map((each) => [each, planOf(each).estimateMs] as const);
  return {
    plan: planOf(profile),
    profile,
    estimatesMs: Object.fromEntries(estimates) as Record<Profile, number>,
  };
}
