import { callHorizonMs, expectedWaitsMs, spec, statusFault } from "./experiments.ts";
import { attemptLimit } from "./limits.ts";
import type { ExperimentSpec, Target } from "./model.ts";

/** So many calls fail at one moment. */
const herdCalls = 50;
/** So few still show whether they come back together; a small herd leaves more of a retry budget to each of its calls. */
export const herdCallsMin = 20;
/** So many healthy calls before fill a retry budget by ratio and keep a breaker closed while the herd fails. */
const healthyCalls = 200;
/** A consumer that says it makes fewer calls in a time than these would keep them apart by itself. */
export const callsInAll: number = healthyCalls + herdCalls;
/** Longer than this no request is held, and never so long that its attempt is given up. */
const heldMaxMs = 1_000;
const heldShare = 0.6;

/** How many calls a target lets be under way at once, as declared. */
export function herdSize({ integration }: Target): number {
  return Math.min(herdCalls, integration.policy.limit?.concurrent ?? herdCalls);
}

/** The name of the herd of so many calls. */
export function herdName(calls: number): string {
  return `herd-${calls}`;
}

/** A herd as large as may be, and a small one in reserve. */
export function herds(target: Target): ExperimentSpec[] {
  const large = herdSize(target);
  if (large === herdCallsMin) return [{ ...herdOf(herdCallsMin, target), samplesMax: 2 }];
  return [herdOf(large, target), { ...herdOf(herdCallsMin, target), samples: 0, samplesMax: 2 }];
}

function herdOf(calls: number, target: Target): ExperimentSpec {
  const withinMs = Math.round(Math.min(heldMaxMs, heldShare * attemptLimit(target).value));
  const procedure = { kind: "herd", calls, waves: Math.ceil(healthyCalls / calls) } as const;
  const program = {
    steps: [
      { fault: { kind: "gather", requests: calls, withinMs, status: 503 }, times: calls },
      { fault: statusFault(503), times: "forever" as const },
    ],
  };
  const summary = `After healthy calls, ${calls} calls begin at once: their first attempts are held and answered with 503 at one moment, every later one at once.`;
  return spec(target, herdName(calls), summary, program, {
    procedure,
    samples: 1,
    samplesMax: 1,
    perInstance: 1,
    horizonMs: callHorizonMs(target),
    expectedMs: expectedWaitsMs(target) + 1_000,
  });
}
