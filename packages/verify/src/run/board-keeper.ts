import type { Clock } from "@holdfast/core";
import type { Experiment } from "../model.ts";
import {
  type Board,
  type BoardEvent,
  boardAfter,
  boardOf,
  isFinished,
  mayTake,
  nextExperiment,
  type Work,
} from "./schedule.ts";

/** How an experiment went. */
export interface LaneReport {
  readonly experiment: Experiment;
  readonly samples: number;
  readonly wallMs: number;
  readonly stoppedBecause: string | null;
}

/** Holds the board of a run while shards change it. */
export interface BoardKeeper {
  next(jobs: number): Experiment | null;
  change(event: BoardEvent): void;
  /** Takes a sample for a shard, unless it has had its share or `refuse` says why not. */
  take(
    experiment: Experiment,
    shard: string,
    used: { readonly taken: number; readonly usedMs: number },
    refuse: () => string | null,
  ): boolean;
  begin(experiment: string): void;
  sampled(experiment: string, tookMs: number): void;
  end(experiment: string): void;
  /** Ids of the experiments that have nothing left to do and were not stopped. */
  finished(): ReadonlySet<string>;
  isFinished(experiment: string): boolean;
  reports(): LaneReport[];
}

/** A keeper for these experiments. */
export function keepBoard(clock: Clock, work: readonly Work[]): BoardKeeper {
  let board: Board = boardOf(work);
  const spans = new Map<string, { startMs: number | null; endMs: number; samples: number }>();
  for (const { experiment } of work) spans.set(experiment.id, { startMs: null, endMs: 0, samples: 0 });
  const change = (event: BoardEvent): void => {
    board = boardAfter(board, event);
  };
  return {
    next: (jobs) => nextExperiment(board, jobs),
    change,
    take: ({ id }, shard, used, refuse) => {
      const lane = board[id];
      if (lane === undefined || !mayTake(lane, used)) return false;
      const because = refuse();
      if (because !== null) change({ type: "stopped", experiment: id, because });
      else change({ type: "sample-taken", experiment: id, shard });
      return because === null;
    },
    begin: (id) => {
      const span = spans.get(id);
      if (span !== undefined) span.startMs ??= clock.monotonic();
    },
    sampled: (id, tookMs) => {
      change({ type: "sample-made", experiment: id, tookMs });
      const span = spans.get(id);
      if (span !== undefined) span.samples++;
    },
    end: (id) => {
      const span = spans.get(id);
      if (span !== undefined) span.endMs = clock.monotonic();
    },
    finished: () => {
      const lanes = Object.values(board).filter((lane) => isFinished(lane) && lane.stoppedBecause === null);
      return new Set(lanes.map(({ experiment }) => experiment.id));
    },
    isFinished: (id) => {
      const lane = board[id];
      return lane !== undefined && isFinished(lane);
    },
    reports: () =>
      Object.values(board).map(({ experiment, stoppedBecause }) => {
        const span = spans.get(experiment.id);
        const wallMs = span === undefined || span.startMs === null ? 0 : span.endMs - span.startMs;
        return { experiment, samples: span?.samples ?? 0, wallMs, stoppedBecause };
      }),
  };
}
