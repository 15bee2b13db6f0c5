import { basename } from "node:path";
import { type CallRecord, type Experiment, logFile, type StoredRun } from "@holdfast/verify";

/** What a run knows of one of its logs: what was done meanwhile, and what became of the calls. */
export interface RunExperiment {
  readonly id: string;
  /** The name of its log's file. */
  readonly log: string;
  /** What was really done; `null` where nothing was. */
  readonly done: string | null;
  /** Whom it was done to: `payments.charge`. */
  readonly to: string | null;
  /** From the start of its first instance to the end of its last one, in ms of the run's own clock; `null` where none is recorded. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly instances: readonly string[];
  /** The calls that the experiment is about, as the run saw them. */
  readonly calls: { readonly failed: number; readonly total: number };
}

/** The experiments of a run, those that are no faults (the gate) among them. */
export function runExperiments({ run, observations }: StoredRun): readonly RunExperiment[] {
  const planned = new Map(run.experiments.map((one) => [one.id, one]));
  for (const one of observations)
    if (one.type === "experiment") planned.set(one.experiment.id, one.experiment);
  const instances = observations.filter((one) => one.type === "instance");
  const calls = new Map(observations.filter((one) => one.type === "call").map((one) => [one.id, one]));
  const ids = new Set([...planned.keys(), ...instances.map(({ experiment }) => experiment)]);
  const callsBy = Map.groupBy(calls.values(), ({ experiment }) => experiment);
  return [...ids].map((id) => {
    // An instance is recorded as often as something becomes known of it.
    const own = new Map(instances.filter((one) => one.experiment === id).map((one) => [one.instance, one]));
    const ends = [...own.values()].map(({ endedMs }) => endedMs).filter((one) => one !== null);
    const starts = [...own.values()].map(({ startedMs }) => startedMs);
    return {
      id,
      log: basename(logFile(id)),
      ...doneIn(planned.get(id)),
      fromMs: starts.length === 0 ? null : Math.min(...starts),
      toMs: ends.length === 0 ? null : Math.max(...ends),
      instances: [...own.keys()],
      calls: countOf(callsBy.get(id) ?? []),
    };
  });
}

function doneIn(experiment: Experiment | undefined): Pick<RunExperiment, "done" | "to"> {
  if (experiment === undefined) return { done: null, to: null };
  return { done: experiment.summary, to: `${experiment.integration}.${experiment.operation}` };
}

/** Calls that open or prove an instance are not what an experiment is about. */
function countOf(calls: readonly CallRecord[]): RunExperiment["calls"] {
  const own = calls.filter(({ phase }) => phase === "sample" || phase === "load");
  return { failed: own.filter(({ outcome }) => outcome !== "succeeded").length, total: own.length };
}
