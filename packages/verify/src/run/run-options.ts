import type { Contract } from "@holdfast/contract";
import type { Clock } from "@holdfast/core";
import type { Observation, Plan, Profile } from "../model.ts";
import type { ProgressEvent } from "../report/progress-event.ts";

/** How a run is to be made. */
export interface RunOptions {
  readonly contract: Contract;
  readonly seed: number;
  /** How thorough it is; only written down here, for the plan decides. */
  readonly profile?: Profile;
  /** Instances side by side. */
  readonly jobs: number;
  /** Instances that start side by side. */
  readonly cores: number;
  /** No sample is begun after this long; `null`: no limit. */
  readonly budgetMs: number | null;
  /** The run's folder; `null`: `.holdfast/runs/<id>` beside the contract. */
  readonly out: string | null;
  /** The file (`….json`) in which a Prometheus finds the instances while they run; none when left out. */
  readonly targets?: string | null;
  /** Real providers to which everything may be sent, by host name. */
  readonly allowHosts: readonly string[];
  /** A connection past the proxies is reported, but does not end the run. */
  readonly allowBypass: boolean;
  /** How long a service may take to become ready; 30 s by default. */
  readonly readyTimeoutMs?: number;
  readonly signal: AbortSignal;
  readonly progress: (event: ProgressEvent) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly holdfastVersion: string;
  readonly clock: Clock;
}

/** The decisions that a run leaves to pure code. */
export interface RunDecisions {
  plan(given: {
    readonly startMs: number;
    readonly jobs: number;
    readonly cores: number;
    readonly seed: number;
  }): Plan;
  /** Samples that would decide what is still open; an empty list when nothing is. */
  more(
    observations: readonly Observation[],
    plan: Plan,
  ): readonly {
    readonly experiment: string;
    readonly samples: number;
    readonly perInstance: number;
  }[];
  /** What can be found out only when every experiment is made; it is recorded with the rest. Nothing when left out. */
  after?(
    observations: readonly Observation[],
    plan: Plan,
    signal: AbortSignal,
  ): Promise<readonly Observation[]>;
}

/** What a run brought. */
export interface RunResult {
  readonly run: string;
  readonly folder: string;
  readonly startedAt: string;
  readonly plan: Plan;
  readonly observations: readonly Observation[];
  readonly startMs: number;
  readonly wallMs: number;
  readonly versions: { readonly holdfast: string; readonly node: string; readonly platform: string };
  /** Why it ended early; `null` when it did not. */
  readonly interrupted: string | null;
  /** The error behind it, where there is one. */
  readonly reason: Error | null;
}
