import type { Contract } from "@holdfast/contract";
import { invariant } from "@holdfast/core";
import type { Experiment } from "../model.ts";
import { type BoardKeeper, keepBoard, type LaneReport } from "./board-keeper.ts";
import type { CallIdentity } from "./call-ids.ts";
import type { Instance } from "./instance.ts";
import type { RunContext } from "./run-context.ts";
import type { Work } from "./schedule.ts";
import { runShard } from "./shard.ts";
import type { Turnstile } from "./turnstile.ts";

/** What all shards of a run share. */
export interface Workshop {
  readonly jobs: number;
  readonly turnstile: Turnstile;
  readonly identity: () => CallIdentity;
  readonly space: (signal: AbortSignal) => Promise<void>;
  readonly nextInstance: () => string;
  readonly retire: (instance: Instance) => Promise<void>;
  /** Why no further sample of this experiment may be taken now, or `null`; an answer of `null` reserves what it needs. */
  readonly refuse: (experiment: Experiment) => string | null;
  readonly sampled: (experiment: Experiment) => void;
  /** Told whenever an experiment has nothing left to do. */
  readonly finished: (experiment: Experiment) => void;
  /** More samples of experiments that have nothing left to do, to decide what is open; never asked while samples want quiet. */
  readonly topUps: (finished: ReadonlySet<string>) => readonly Work[];
}

const decideEveryMs = 500;

/** Works through experiments: as many shards side by side as jobs allow, until none has samples left. */
export async function runBoard(
  context: RunContext,
  work: readonly Work[],
  workshop: Workshop,
): Promise<LaneReport[]> {
  const board = keepBoard(context.clock, work);
  const under = new Set<Promise<void>>();
  let broken: unknown = null;
  // Where there are only reserves, nothing else will end and ask for them.
  let undecided = work.every(({ samples }) => samples === 0);
  let urgent = false;
  let decidedMs = Number.NEGATIVE_INFINITY;

  async function serve(experiment: Experiment): Promise<void> {
    try {
      await serveShard(context, experiment, board, workshop, () => broken !== null);
    } catch (error) {
      broken ??= error;
    }
    if (!board.isFinished(experiment.id)) return;
    workshop.finished(experiment);
    undecided = true;
    urgent ||= experiment.quiet;
  }

  /** Deciding takes time: when a measured experiment has ended or nothing else is to start, and never while samples fly. */
  function topUp(): void {
    const due = urgent || under.size === 0 || board.next(workshop.jobs) === null;
    const rested = under.size === 0 || context.clock.monotonic() - decidedMs >= decideEveryMs;
    if (!undecided || !due || !rested || workshop.turnstile.isQuiet()) return;
    undecided = false;
    urgent = false;
    for (const more of workshop.topUps(board.finished())) {
      board.change({ type: "topped-up", experiment: more.experiment.id, work: more });
    }
    decidedMs = context.clock.monotonic();
  }

  function next(): Experiment | null {
    if (broken !== null) return null;
    topUp();
    return under.size < workshop.jobs ? board.next(workshop.jobs) : null;
  }

  for (let chosen = next(); chosen !== null || under.size > 0; chosen = next()) {
    if (chosen === null) {
      await Promise.race(under);
      continue;
    }
    const shard: Promise<void> = serve(chosen).finally(() => under.delete(shard));
    under.add(shard);
  }
  if (broken !== null && !context.signal.aborted) throw broken;
  return board.reports();
}

/** One shard from start to end, with every change told to the board. */
async function serveShard(
  context: RunContext,
  experiment: Experiment,
  board: BoardKeeper,
  workshop: Workshop,
  isBroken: () => boolean,
): Promise<void> {
  const shard = workshop.nextInstance();
  const { id } = experiment;
  board.begin(id);
  board.change({ type: "shard-started", experiment: id, shard });
  try {
    const because = await runShard(context, {
      experiment,
      scenario: scenarioOf(context.contract, experiment),
      instance: shard,
      turnstile: workshop.turnstile,
      identity: workshop.identity,
      space: workshop.space,
      take: (used) => !isBroken() && board.take(experiment, shard, used, () => workshop.refuse(experiment)),
      giveBack: () => board.change({ type: "sample-returned", experiment: id }),
      sampled: (tookMs) => {
        board.sampled(id, tookMs);
        workshop.sampled(experiment);
      },
      retire: workshop.retire,
    });
    if (because !== null) board.change({ type: "shard-failed", experiment: id, because });
  } finally {
    board.end(id);
    board.change({ type: "shard-ended", experiment: id, shard });
  }
}

function scenarioOf(contract: Contract, experiment: Experiment): Contract["scenarios"][number] {
  const scenario = contract.scenarios.find(({ name }) => name === experiment.scenario);
  invariant(scenario !== undefined, `the plan names a scenario of the contract: ${experiment.scenario}`);
  return scenario;
}
