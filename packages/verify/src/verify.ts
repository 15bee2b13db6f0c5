import type { Contract } from "@holdfast/contract";
import { systemClock } from "@holdfast/core";
import { asksForAlerts, observeAlerts } from "./alerts/run-prove-alerts.ts";
import { judge } from "./judge.ts";
import type { Observation, Profile } from "./model.ts";
import { planRun } from "./plan.ts";
import type { Checklist } from "./report/model.ts";
import type { ProgressEvent } from "./report/progress-event.ts";
import { writeReport } from "./report/write-report.ts";
import { runContract } from "./run/run-contract.ts";
import type { RunOptions } from "./run/run-options.ts";
import { moreSamples } from "./top-ups.ts";

/** How a contract is to be verified. */
export interface VerifyOptions extends Omit<RunOptions, "contract" | "clock"> {
  /** Ids of checks or items; all when `undefined`. */
  readonly only: readonly string[] | undefined;
  /** How thorough the run is. */
  readonly profile: Profile;
  /** Remedies from the guide, by check id. */
  readonly remedies: Readonly<Record<string, string>>;
  /** The command that repeats a check. */
  readonly repeat: (check: string) => string;
}

/** What a verification ends in. */
export interface Verified {
  readonly checklist: Checklist;
  /** The run's folder, with every form of the report. */
  readonly folder: string;
  readonly observations: readonly Observation[];
  /** Why the run ended early: a coded error when the environment failed; `null` when it did not. */
  readonly reason: Error | null;
}

/**
 * The main job: proves the baseline, plans, breaks the running service on purpose, judges what was seen and writes the report.
 * Rejects with a coded error when the environment fails; a run that was ended early is judged by what was seen until then.
 */
export async function verify(contract: Contract, options: VerifyOptions): Promise<Verified> {
  const { only, profile, remedies, repeat, ...how } = options;
  const { environment } = options;
  const chosen = only === undefined ? {} : { only };
  let last: ProgressEvent | null = null;
  const progress = (event: ProgressEvent): void => {
    last = event;
    options.progress(event);
  };
  const result = await runContract(
    { ...how, profile, contract, clock: systemClock, progress },
    {
      plan: (given) => planRun(contract, { ...given, ...chosen, profile }),
      more: (observations, plan) => moreSamples(contract, observations, plan),
      ...(asksForAlerts(only)
        ? {
            after: (observations, { experiments }, signal) =>
              observeAlerts({ contract, observations, experiments, environment, signal }),
          }
        : {}),
    },
  );
  const { observations, plan, wallMs, interrupted, folder, startedAt } = result;
  const tell = (phase: ProgressEvent["phase"]): void => {
    if (last !== null) options.progress({ ...last, phase });
  };
  tell("judge");
  const checklist = judge({
    contract,
    observations,
    plan,
    wallMs,
    interrupted,
    remedies,
    repeat,
    ...chosen,
    today: startedAt.slice(0, 10),
  });
  await writeReport(folder, checklist, observations).catch((failure: unknown) => {
    // A run that ended because its folder cannot be written has said so: its checklist is still worth having.
    if (interrupted === null) throw failure;
  });
  tell("done");
  return { checklist, folder, observations, reason: result.reason };
}
