import type { Arrivals } from "@holdfast/faults";
import type { LoadStage } from "../../procedure-model.ts";

/** How a call of a load went, as far as a stage has to know. */
export interface LoadedCall {
  readonly startedMs: number;
  /** `null` while it is under way. */
  endedMs: number | null;
  succeeded: boolean;
}

/** What there is to see of a stage under way. */
export interface StageSeen {
  readonly nowMs: number;
  readonly startedMs: number;
  /** Requests of the operation: how many there were when the stage began, and what there is now. */
  readonly arrivedBefore: number;
  readonly arrivals: Arrivals;
  readonly cutOffMs: number;
  readonly calls: readonly LoadedCall[];
}

/** So many calls must begin and end without a request before the provider counts as left alone. */
const cutCallsMin = 5;
/** So many calls in a row must succeed before the provider counts as in use again. */
const restoredCalls = 10;

/** Whether what a stage waits for has been seen. */
export function isSeen(until: LoadStage["until"], seen: StageSeen): boolean {
  switch (until) {
    case null:
      return false;
    case "arrival":
      return seen.arrivals.count > seen.arrivedBefore;
    case "cut-off":
      return isCutOff(seen);
    case "restored":
      return isRestored(seen);
  }
}

function isCutOff({ nowMs, arrivedBefore, arrivals, cutOffMs, calls }: StageSeen): boolean {
  const { count, lastMs } = arrivals;
  if (lastMs === null || count <= arrivedBefore || nowMs - lastMs < cutOffMs) return false;
  return calls.filter((call) => call.endedMs !== null && call.startedMs > lastMs).length >= cutCallsMin;
}

function isRestored({ startedMs, calls, arrivals, arrivedBefore }: StageSeen): boolean {
  if (arrivals.count - arrivedBefore < restoredCalls) return false;
  const ended = calls.filter((call) => call.startedMs >= startedMs && call.endedMs !== null);
  const last = ended.slice(-restoredCalls);
  return last.length >= restoredCalls && last.every((call) => call.succeeded);
}
