import type { JitterKind } from "./policy.ts";
import type { Random } from "./random.ts";

/** How long to wait between attempts, complete: what a policy leaves out is filled in by `backoffOf`. */
export interface Backoff {
  readonly baseMs: number;
  readonly factor: number;
  readonly capMs: number;
  readonly jitter: JitterKind;
}

/** The longest wait that one timer can hold; every wait is cut to it. */
export const longestWaitMs: number = 2 ** 31 - 1;

/** The share by which `proportional` jitter deviates either way. */
export const proportionalShare = 0.2;

/** A backoff with the defaults for what is not given: 100 ms, doubling, no cap but the longest wait, full jitter. */
export function backoffOf(declared: Partial<Backoff> = {}): Backoff {
  const { baseMs = 100, factor = 2, capMs = longestWaitMs, jitter = "full" } = declared;
  return { baseMs, factor, capMs: Math.min(capMs, longestWaitMs), jitter };
}

/** One wait, and what the next one of the same call has to know. */
export interface Wait {
  readonly waitMs: number;
  readonly memory: number | null;
}

/**
 * The wait before retry `retry` (from 0) of a call. With `e = min(cap, base·factor^retry)`:
 * none `e` · full `U(0, e)` · equal `e/2 + U(0, e/2)` · proportional `e·U(0.8, 1.2)` · decorrelated (the AWS architecture
 * blog) `U(base, 3·previous)` · polly-v2 (Polly 8) `(x − previous x)/1.4·base` with `x = 2^t·tanh(√(4t))`, `t = retry + U(0, 1)`.
 * The cap holds after jitter too. `memory` is that of the wait before, `null` for the first.
 */
export function nextWait(backoff: Backoff, retry: number, memory: number | null, random: Random): Wait {
  const e = exponential(backoff, retry);
  switch (backoff.jitter) {
    case "none":
      return { waitMs: within(backoff, e), memory: null };
    case "full":
      return { waitMs: within(backoff, random.between(0, e)), memory: null };
    case "equal":
      return { waitMs: within(backoff, e / 2 + random.between(0, e / 2)), memory: null };
    case "proportional":
      return {
        waitMs: within(backoff, e * random.between(1 - proportionalShare, 1 + proportionalShare)),
        memory: null,
      };
    case "decorrelated": {
      const previous = memory ?? backoff.baseMs;
      const waitMs = within(backoff, random.between(backoff.baseMs, Math.max(backoff.baseMs, 3 * previous)));
      return { waitMs, memory: waitMs };
    }
    case "polly-v2": {
      const x = pollyCurve(retry + random.next());
      return { waitMs: within(backoff, pollyDelay(backoff, x, memory ?? 0)), memory: x };
    }
  }
}

/** The waits of one call that fails `retries` times, in order. */
export function waits(backoff: Backoff, retries: number, random: Random): readonly number[] {
  const all: number[] = [];
  let memory: number | null = null;
  for (let retry = 0; retry < retries; retry++) {
    const wait = nextWait(backoff, retry, memory, random);
    all.push(wait.waitMs);
    memory = wait.memory;
  }
  return all;
}

/** The least and the most that the wait before retry `retry` (from 0) can be, whatever chance says. */
export function waitBounds(
  backoff: Backoff,
  retry: number,
): { readonly minMs: number; readonly maxMs: number } {
  const e = exponential(backoff, retry);
  const bounds = (min: number, max: number): { minMs: number; maxMs: number } => ({
    minMs: within(backoff, min),
    maxMs: within(backoff, max),
  });
  switch (backoff.jitter) {
    case "none":
      return bounds(e, e);
    case "full":
      return bounds(0, e);
    case "equal":
      return bounds(e / 2, e);
    case "proportional":
      return bounds(e * (1 - proportionalShare), e * (1 + proportionalShare));
    case "decorrelated":
      return bounds(backoff.baseMs, times(backoff.baseMs, 3 ** (retry + 1)));
    case "polly-v2":
      return bounds(0, pollyDelay(backoff, pollyCurve(retry + 1), retry === 0 ? 0 : pollyCurve(retry - 1)));
  }
}

function exponential({ baseMs, factor, capMs }: Backoff, retry: number): number {
  return Math.min(capMs, times(baseMs, factor ** retry));
}

function pollyCurve(t: number): number {
  return 2 ** t * Math.tanh(Math.sqrt(4 * t));
}

function pollyDelay({ baseMs }: Backoff, x: number, previous: number): number {
  // 2^t overflows from t = 1024: there the wait is whatever the cap allows.
  if (!Number.isFinite(x)) return times(baseMs, Number.POSITIVE_INFINITY);
  return times(baseMs, Math.max(0, x - previous) / 1.4);
}

/** A product in which a base of 0 stays 0, where IEEE says 0·∞ is not a number. */
function times(baseMs: number, by: number): number {
  return baseMs === 0 ? 0 : baseMs * by;
}

function within({ capMs }: Backoff, waitMs: number): number {
  return Math.max(0, Math.min(waitMs, capMs, longestWaitMs));
}
