import type { Experiment } from "../model.ts";

/** How long an instance is used for samples before the rest goes to others, unless the experiment says otherwise. */
export const shardBudgetMs = 2000;

/** What an instance is busy with for this long is mostly waiting. */
const longWaitMs = 1500;

/** What watching after a sample takes at least. */
const lingerExpectedMs = 200;

/** One experiment in work: samples nobody has taken yet, and what the shards under way will still take. */
export interface Lane {
  readonly experiment: Experiment;
  readonly waiting: number;
  readonly claims: Readonly<Record<string, number>>;
  /** How many samples were made and what they took in all, with the watching after them. */
  readonly made: { readonly samples: number; readonly tookMs: number };
  /** Shards that could not be used, in a row. */
  readonly failures: number;
  readonly stoppedBecause: string | null;
}

/** All experiments of a round, by id. */
export type Board = Readonly<Record<string, Lane>>;

/** Samples to take of an experiment. */
export interface Work {
  readonly experiment: Experiment;
  readonly samples: number;
}

/** What changes a board. */
export type BoardEvent =
  | { readonly type: "topped-up"; readonly experiment: string; readonly work: Work }
  | { readonly type: "shard-started"; readonly experiment: string; readonly shard: string }
  | { readonly type: "sample-taken"; readonly experiment: string; readonly shard: string }
  | { readonly type: "sample-made"; readonly experiment: string; readonly tookMs: number }
  | { readonly type: "sample-returned"; readonly experiment: string }
  | { readonly type: "shard-ended"; readonly experiment: string; readonly shard: string }
  | { readonly type: "shard-failed"; readonly experiment: string; readonly because: string }
  | { readonly type: "stopped"; readonly experiment: string; readonly because: string };

/** How many samples in a row may have found no usable instance before an experiment is given up. */
const failuresMax = 3;

/** A board with `samples` to take for each experiment. */
export function boardOf(
  work: readonly { readonly experiment: Experiment; readonly samples: number }[],
): Board {
  const lanes = work.map(({ experiment, samples }): [string, Lane] => [
    experiment.id,
    {
      experiment,
      waiting: samples,
      claims: {},
      made: { samples: 0, tookMs: 0 },
      failures: 0,
      stoppedBecause: null,
    },
  ]);
  return Object.fromEntries(lanes);
}

/** The board after an event. */
export function boardAfter(board: Board, event: BoardEvent): Board {
  const lane = board[event.experiment];
  return lane === undefined ? board : { ...board, [event.experiment]: laneAfter(lane, event) };
}

function laneAfter(lane: Lane, event: BoardEvent): Lane {
  switch (event.type) {
    case "topped-up":
      return { ...lane, experiment: event.work.experiment, waiting: lane.waiting + event.work.samples };
    case "shard-started":
      return { ...lane, claims: { ...lane.claims, [event.shard]: samplesPerShard(lane) } };
    case "sample-taken": {
      const left = Math.max(0, (lane.claims[event.shard] ?? 0) - 1);
      return {
        ...lane,
        waiting: lane.waiting - 1,
        failures: 0,
        claims: { ...lane.claims, [event.shard]: left },
      };
    }
    case "sample-made": {
      const { samples, tookMs } = lane.made;
      return { ...lane, made: { samples: samples + 1, tookMs: tookMs + event.tookMs } };
    }
    case "sample-returned":
      return { ...lane, waiting: lane.waiting + 1 };
    case "shard-ended": {
      const { [event.shard]: _ended, ...claims } = lane.claims;
      return { ...lane, claims };
    }
    case "shard-failed": {
      const failures = lane.failures + 1;
      return failures < failuresMax ? { ...lane, failures } : { ...lane, failures, ...stopped(lane, event) };
    }
    case "stopped":
      return { ...lane, ...stopped(lane, event) };
  }
}

function stopped(
  lane: Lane,
  { because }: { readonly because: string },
): Pick<Lane, "stoppedBecause" | "waiting"> {
  return { waiting: 0, stoppedBecause: lane.stoppedBecause ?? because };
}

/** How many samples one instance is expected to serve within its budget: as the plan expects, or as was seen. */
export function samplesPerShard(lane: Lane): number {
  const fitting = Math.ceil(budgetMs(lane) / sampleMs(lane));
  return Math.min(Math.max(1, fitting), lane.experiment.perInstance);
}

function budgetMs({ experiment }: Lane): number {
  return experiment.instanceMs ?? shardBudgetMs;
}

function sampleMs({ experiment, made }: Lane): number {
  if (made.samples > 0) return Math.max(1, made.tookMs / made.samples);
  return Math.max(1, experiment.expectedMs + Math.max(lingerExpectedMs, experiment.lingerMs ?? 0));
}

/** Whether an experiment has no samples left and none under way. */
export function isFinished({ waiting, claims }: Lane): boolean {
  return waiting <= 0 && Object.keys(claims).length === 0;
}

/** Whether a shard may serve one more sample. */
export function mayTake(lane: Lane, shard: { readonly taken: number; readonly usedMs: number }): boolean {
  if (lane.waiting <= 0 || shard.taken >= lane.experiment.perInstance) return false;
  return shard.taken === 0 || shard.usedMs < budgetMs(lane);
}

/**
 * The experiment whose next shard should start now: it has samples beyond what its shards will take, and ranks first. Long waits
 * begin early, but leave some places while there is other work: somebody has to keep the cores busy.
 */
export function nextExperiment(board: Board, jobs: number): Experiment | null {
  const lanes = Object.values(board);
  const open = lanes.filter(({ waiting, claims }) => waiting > claimed(claims));
  const waits = open.filter(isLongWait);
  const others = open.filter((lane) => !isLongWait(lane));
  const held = lanes.filter(isLongWait).reduce((sum, { claims }) => sum + Object.keys(claims).length, 0);
  const early = others.length === 0 || held < Math.ceil(jobs * longWaitShare);
  return longest(early ? waits : []) ?? longest(others.filter(isQuiet)) ?? longest(others);
}

/** Who waits long needs a place but no core; a quarter of the places is enough to keep the cores busy with the rest. */
const longWaitShare = 0.75;

function claimed(claims: Lane["claims"]): number {
  return Object.values(claims).reduce((sum, count) => sum + count, 0);
}

function isQuiet({ experiment }: Lane): boolean {
  return experiment.quiet;
}

/** It disturbs nobody and nobody disturbs it: everything else happens meanwhile. */
function isLongWait(lane: Lane): boolean {
  return !lane.experiment.quiet && sampleMs(lane) >= longWaitMs;
}

function longest(lanes: readonly Lane[]): Experiment | null {
  const [first] = lanes.toSorted((one, other) => shardMs(other) - shardMs(one));
  return first?.experiment ?? null;
}

function shardMs(lane: Lane): number {
  return sampleMs(lane) * samplesPerShard(lane);
}
