import { many } from "./judgement.ts";
import { millis } from "./limits.ts";
import { amplification, type LoadView, stageOf } from "./load-view.ts";
import type { Measured } from "./model.ts";
import { median } from "./stats.ts";

/** What a failing provider had to bear: requests for each call, over the whole failure and in its last third. */
export interface Pressure {
  readonly overall: number;
  readonly last: number;
  /** How long the provider failed. */
  readonly tookMs: number;
  readonly measured: readonly Measured[];
}

/** Retries that come to less than this for each call are held down (a budget of 20 % with something on top). */
export const amplificationMax = 1.3;
/** Fewer failing calls say nothing: the tokens of a budget may last for a hundred retries. */
const callsMin = 100;

/** The pressure of a load that ran its whole length, or why it cannot be told. */
export function pressureOf({ load, failing }: LoadView): Pressure | string {
  const stage = stageOf(load, "failing");
  if (stage === undefined || failing.length < callsMin) {
    return `only ${many(failing.length, "failing call")} were made, ${callsMin} are needed`;
  }
  const tookMs = stage.endedMs - stage.startedMs;
  const callMs = median(failing.map((call) => (call.endedMs ?? call.watchedUntilMs) - call.startedMs));
  if (callMs > tookMs / 3) {
    return `a failing call takes ${millis(callMs)}, so ${millis(tookMs)} of failure do not show how its retries add up`;
  }
  const overall = amplification(load, stage.startedMs, stage.endedMs);
  const last = amplification(load, stage.endedMs - tookMs / 3, stage.endedMs);
  const measured: Measured[] = [
    { name: "requests for each call in all", value: overall, unit: "requests" },
    { name: "requests for each call in the last third", value: last, unit: "requests" },
  ];
  return { overall, last, tookMs, measured };
}
