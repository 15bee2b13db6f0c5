import type { Random } from "@holdfast/core";

/** How long a loop that found nothing waits before it looks again. */
export interface PollState {
  /** Looks in a row that found nothing. */
  readonly idle: number;
  /** Looks of a burst that are still to come. */
  readonly burst: readonly number[];
}

/** The shortest and the longest wait, in milliseconds. */
export interface PollBounds {
  readonly leastMs: number;
  readonly mostMs: number;
}

/**
 * After a hint, in milliseconds: who publishes in a transaction of the caller's wakes the relay before the caller commits, and nobody
 * sees that commit.
 */
const burstMs: readonly number[] = [0, 5, 20, 50, 100];
/** A wait differs from its plan by this share at most, so that relays do not look in step. */
const jitter = 0.2;

/** Begins to look at once. */
export const fresh: PollState = { idle: 0, burst: [] };

/** Something was found: the next wait is the shortest. */
export function found(state: PollState): PollState {
  return state.idle === 0 && state.burst.length === 0 ? state : fresh;
}

/** Somebody says that there is, or is about to be, something. */
export function woken(state: PollState): PollState {
  return { idle: state.idle, burst: burstMs };
}

/** Nothing was found: the wait until the next look, and the state then. */
export function idle(
  state: PollState,
  { leastMs, mostMs }: PollBounds,
  random: Random,
): { readonly waitMs: number; readonly state: PollState } {
  const [next, ...burst] = state.burst;
  if (next !== undefined) return { waitMs: next, state: { idle: 0, burst } };
  const planMs = Math.min(mostMs, leastMs * 2 ** Math.min(state.idle, 30));
  return {
    waitMs: Math.min(mostMs, planMs * random.between(1 - jitter, 1 + jitter)),
    state: { idle: state.idle + 1, burst: [] },
  };
}
