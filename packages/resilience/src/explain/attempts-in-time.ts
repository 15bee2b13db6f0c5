import type { PolicySettings } from "@holdfast/core";
import { retryWaitsOf } from "../call/retry-step.ts";
import { type WaitFacts, waitFacts } from "./wait-facts.ts";

/** What the attempts of a call have to share. */
export interface AttemptTimes {
  readonly attempts: number;
  /** `Infinity` without one. */
  readonly deadlineMs: number;
  /** How long an attempt takes that is never answered; `Infinity` where nothing but the deadline ends it. */
  readonly attemptMs: number;
  /** The waits before each retry. */
  readonly waits: readonly WaitFacts[];
  /** What must be left for another attempt to begin. */
  readonly minAttemptMs: number;
}

/** The attempts of a call: how many are begun, and how many of them have all the time that they may take. */
export interface Fit {
  readonly begun: number;
  readonly whole: number;
}

/** The attempts of a policy that never get an answer. */
export function hangingTimes(settings: PolicySettings): AttemptTimes {
  const { attempts, backoff, minAttemptMs } = retryWaitsOf(settings);
  return {
    attempts,
    deadlineMs: settings.deadlineMs ?? Number.POSITIVE_INFINITY,
    attemptMs: settings.attemptTimeoutMs ?? Number.POSITIVE_INFINITY,
    waits: waitFacts(backoff, attempts - 1),
    minAttemptMs,
  };
}

/** The attempts of a policy that fail at once. */
export function quickTimes(settings: PolicySettings): AttemptTimes {
  return { ...hangingTimes(settings), attemptMs: 0 };
}

/** How many attempts fit when every wait is as long as chance makes it at least, on average or at most. */
export function fitOf(times: AttemptTimes, waiting: keyof WaitFacts): Fit {
  const { attempts, deadlineMs, attemptMs, waits, minAttemptMs } = times;
  let begun = 1;
  let endMs = attemptMs;
  while (begun < attempts && Number.isFinite(endMs)) {
    const waitMs = waits[begun - 1]?.[waiting] ?? 0;
    if (endMs + waitMs + minAttemptMs > deadlineMs) break;
    begun++;
    endMs += waitMs + attemptMs;
  }
  const isLastWhole = Number.isFinite(endMs) && endMs <= deadlineMs;
  return { begun, whole: isLastWhole ? begun : begun - 1 };
}

/** The longest that these attempts and their waits can take, whatever chance says; `Infinity` where nothing ends them. */
export function longestMs({ attempts, deadlineMs, attemptMs, waits, minAttemptMs }: AttemptTimes): number {
  // An attempt can begin at any time between these two.
  let earliestMs = 0;
  let latestMs = 0;
  for (const { minMs, maxMs } of waits.slice(0, attempts - 1)) {
    earliestMs += attemptMs + minMs;
    const lastStartMs = deadlineMs - minAttemptMs;
    if (earliestMs > lastStartMs) break;
    latestMs = Math.min(latestMs + attemptMs + maxMs, lastStartMs);
  }
  return Math.min(deadlineMs, latestMs + attemptMs);
}
