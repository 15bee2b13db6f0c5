import type { Contract } from "@holdfast/contract";
import { invariant } from "@holdfast/core";
import type { Experiment } from "../model.ts";
import type { CallIdentity } from "./call-ids.ts";
import type { Instance } from "./instance.ts";
import type { RunContext } from "./run-context.ts";
import { type Board, type BoardEvent, boardAfter, boardOf, mayTake, nextExperiment } from "./schedule.ts";
import { runShard } from "./shard.ts";
import type { Turnstile } from "./turnstile.ts";

/** What all shards of a run share. */
export interface Workshop {
  readonly jobs: number;
  readonly turnstile: Turnstile;
  readonly identity: () => CallIdentity;
  readonly nextInstance: () => string;
  readonly retire: (instance: Instance) => Promise<void>;
  /** Why no further sample of this experiment may be taken now, or `null`; an answer of `null` reserves what it needs. */
  readonly refuse: (experiment: Experiment) => string | null;
  readonly sampled: (experiment: Experiment) => void;
  /** Told once an experiment has nothing left to do in this round. */
  readonly finished: (experiment: Experiment) => void;
}

/** How an experiment went in a round. */
export interface LaneReport {
  readonly experiment: Experiment;
  readonly samples: number;
  readonly wallMs: number;
  readonly stoppedBecause: string | null;
}

/** Works through a round: as many shards side by side as jobs allow, until no experiment has samples left. */
export async function runBoard(
  context: RunContext,
  work: readonly { readonly experiment: Experiment; readonly samples: number }[],
  workshop: Workshop,
): Promise<LaneReport[]> {
  const { clock, contract } = context;
  let board: Board = boardOf(work);
  const under = new Set<Promise<void>>();
  const spans = new Map<string, { startMs: number; endMs: number; samples: number }>();
  let broken: unknown = null;

  const change = (event: BoardEvent): void => {
    board = boardAfter(board, event);
  };

  function take(experiment: Experiment, shard: string, used: { taken: number; usedMs: number }): boolean {
    const lane = board[experiment.id];
    if (lane === undefined || broken !== null || !mayTake(lane, used)) return false;
    const because = workshop.refuse(experiment);
    if (because !== null) change({ type: "stopped", experiment: experiment.id, because });
    else change({ type: "sample-taken", experiment: experiment.id, shard });
    return because === null;
  }

  async function serve(experiment: Experiment): Promise<void> {
    const shard = workshop.nextInstance();
    const { id } = experiment;
    const span = spans.get(id) ?? { startMs: clock.monotonic(), endMs: 0, samples: 0 };
    spans.set(id, span);
    change({ type: "shard-started", experiment: id, shard });
    try {
      const because = await runShard(context, {
        experiment,
        scenario: scenarioOf(contract, experiment),
        instance: shard,
        turnstile: workshop.turnstile,
        identity: workshop.identity,
        take: (used) => take(experiment, shard, used),
        giveBack: () => change({ type: "sample-returned", experiment: id }),
        sampled: () => {
          span.samples++;
          workshop.sampled(experiment);
        },
        retire: workshop.retire,
      });
      if (because !== null) change({ type: "shard-failed", experiment: id, because });
    } catch (error) {
      broken ??= error;
    } finally {
      span.endMs = clock.monotonic();
      change({ type: "shard-ended", experiment: id, shard });
      const lane = board[id];
      if (lane?.waiting === 0 && Object.keys(lane.claims).length === 0) workshop.finished(experiment);
    }
  }

  for (;;) {
    const next = broken === null && under.size < workshop.jobs ? nextExperiment(board) : null;
    if (next !== null) {
      const shard: Promise<void> = serve(next).finally(() => under.delete(shard));
      under.add(shard);
    } else if (under.size > 0) await Promise.race(under);
    else break;
  }
  if (broken !== null && !context.signal.aborted) throw broken;
  return Object.values(board).map(({ experiment, stoppedBecause }) => {
    const span = spans.get(experiment.id) ?? { startMs: 0, endMs: 0, samples: 0 };
    return { experiment, samples: span.samples, wallMs: span.endMs - span.startMs, stoppedBecause };
  });
}

function scenarioOf(contract: Contract, experiment: Experiment): Contract["scenarios"][number] {
  const scenario = contract.scenarios.find(({ name }) => name === experiment.scenario);
  invariant(scenario !== undefined, `the plan names a scenario of the contract: ${experiment.scenario}`);
  return scenario;
}
