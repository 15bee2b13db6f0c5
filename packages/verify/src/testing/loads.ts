import type {
  Attempt,
  BesideEvidence,
  ExperimentEvidence,
  LoadEvidence,
  LoadRecord,
  ObservedCall,
} from "../model.ts";
import type { LoadStage } from "../procedure-model.ts";
import { type CallFacts, callOf, experimentOf, times } from "./evidence.ts";

/** What a test says about a load: the calls of each stage, in order; a call begins every 40 ms unless it says otherwise. */
export interface LoadFacts {
  readonly stages: Partial<Readonly<Record<LoadStage["name"], readonly CallFacts[]>>>;
  /** Stages that ended by what they waited for; those with more stages behind them when left out. */
  readonly seen?: readonly LoadStage["name"][];
  readonly record?: Partial<LoadRecord>;
  readonly strays?: number;
  readonly problem?: string;
  /** Calls beside it, spread over each stage, by their scenario; `ready` is what the service answers by itself. */
  readonly beside?: Readonly<Record<string, LoadFacts["stages"]>>;
}

const everyMs = 40;

/** A call that the provider answered well. */
export const served: CallFacts = {
  attempts: [{ at: 2, healthy: true, doneAt: 4 }],
  outcome: "succeeded",
  endedAt: 10,
};
/** A call that failed after one failed request. */
export const failed: CallFacts = { attempts: [{ at: 2 }], endedAt: 10 };
/** A call that was refused without a request. */
export const refused: CallFacts = { endedAt: 3 };
/** Twelve healthy calls: the beginning of every load. */
export const well: readonly CallFacts[] = times(12, served);

/** A load from its facts, from second 1 on. */
export function loadOf(facts: LoadFacts): LoadEvidence {
  const stages: LoadRecord["stages"][number][] = [];
  const calls: ObservedCall[] = [];
  let nowMs = 1_000;
  const entries = Object.entries(facts.stages) as [LoadStage["name"], readonly CallFacts[]][];
  for (const [at, [name, own]] of entries.entries()) {
    const startedMs = nowMs;
    for (const call of own) {
      calls.push({ ...movedTo(callOf(call, "load"), nowMs), phase: "load", status: 502, instance: "i1" });
      nowMs += everyMs;
    }
    const seen = facts.seen?.includes(name) ?? (name !== "healthy" && at < entries.length - 1);
    stages.push({ name, startedMs, endedMs: nowMs, seen });
  }
  const record: LoadRecord = {
    type: "load",
    experiment: "place-order/payments.charge/load",
    instance: "i1",
    startedMs: 1_000,
    endedMs: nowMs,
    stages,
    withheld: 0,
    stoppedBecause: null,
    ...facts.record,
  };
  const rows = Object.entries(facts.beside ?? {}).map(([name, own]) => besideOf(name, own, record));
  const beside = rows.length === 0 ? {} : { beside: rows };
  return { record, calls, ...beside, strays: facts.strays ?? 0, problem: facts.problem ?? null };
}

function besideOf(name: string, facts: LoadFacts["stages"], { stages }: LoadRecord): BesideEvidence {
  const scenario = name === "ready" ? null : name;
  const calls = stages.flatMap((stage) => {
    const own = facts[stage.name] ?? [];
    const apartMs = (stage.endedMs - stage.startedMs) / Math.max(1, own.length);
    return own.map((call, at): ObservedCall => {
      const moved = movedTo(callOf(call, "load"), stage.startedMs + at * apartMs);
      return { ...moved, phase: "load", instance: "i1", beside: scenario };
    });
  });
  return { scenario, calls };
}

/** An experiment whose one sample is a load. */
export function loadExperiment(name: string, ...loads: readonly LoadFacts[]): ExperimentEvidence {
  const found = experimentOf(name, []);
  const procedure = { kind: "load", stages: [], inFlightMax: 200, callsMax: 800, cutOffMs: 300 } as const;
  return { ...found, experiment: { ...found.experiment, procedure }, loads: loads.map(loadOf) };
}

function movedTo(call: ObservedCall, startedMs: number): ObservedCall {
  const by = startedMs - call.startedMs;
  const moved = (ms: number | null): number | null => (ms === null ? null : ms + by);
  return {
    ...call,
    startedMs,
    endedMs: moved(call.endedMs),
    watchedUntilMs: call.watchedUntilMs + by,
    attempts: call.attempts.map(
      (one): Attempt => ({
        ...one,
        arrivedMs: one.arrivedMs + by,
        requestCompleteMs: moved(one.requestCompleteMs),
        firedMs: moved(one.firedMs),
        faultCompleteMs: moved(one.faultCompleteMs),
        consumerClosed:
          one.consumerClosed === null ? null : { ...one.consumerClosed, atMs: one.consumerClosed.atMs + by },
      }),
    ),
  };
}
