import { type Backoff, nextWait, type PolicySettings, type Random } from "@holdfast/core";
import type { Failure } from "../failure.ts";

/** What a decision about another attempt depends on. */
export interface RetryFacts {
  /** Attempts begun so far. */
  readonly attempts: number;
  readonly failure: Failure;
  /** Whether the words of the policy and the call's idempotency allow to send it again. */
  readonly retriable: boolean;
  /** Until the deadline; `Infinity` without one. */
  readonly remainingMs: number;
  /** What the wait before this one left for the next; see `nextWait`. */
  readonly memory: number | null;
}

/** Another attempt after a wait, or why there is none. */
export type RetryStep =
  | { readonly again: true; readonly waitMs: number; readonly memory: number | null }
  | { readonly again: false; readonly because: "attempts" | "final" | "retry-after" | "deadline" };

/** The waits of a policy, complete. */
export interface RetryWaits {
  readonly attempts: number;
  readonly backoff: Backoff;
  readonly throttled: Backoff;
  readonly retryAfterCapMs: number;
  readonly minAttemptMs: number;
}

/** By how much chance lengthens a wait that the provider asked for, lest all whom it told the same return together. */
const retryAfterSpread = 0.1;

/** The waits that a policy's settings ask for; one attempt and no wait where it declares no retry. */
export function retryWaitsOf({ retry }: Pick<PolicySettings, "retry">): RetryWaits {
  const none: Backoff = { baseMs: 0, factor: 1, capMs: 0, jitter: "none" };
  if (retry === null) {
    return { attempts: 1, backoff: none, throttled: none, retryAfterCapMs: 0, minAttemptMs: 0 };
  }
  const { baseMs, throttledBaseMs, factor, capMs, jitter } = retry.backoff;
  return {
    attempts: retry.attempts,
    backoff: { baseMs, factor, capMs, jitter },
    throttled: { baseMs: throttledBaseMs, factor, capMs: Math.max(capMs, throttledBaseMs), jitter },
    retryAfterCapMs: retry.retryAfter.capMs,
    minAttemptMs: retry.minAttemptMs,
  };
}

/**
 * Whether to try again, and when. A wait that the provider asked for is kept in full or the call gives up: coming back earlier than
 * asked is what it asked not to get. An attempt that could not end before the deadline is not begun.
 */
export function retryStep(waits: RetryWaits, facts: RetryFacts, random: Random): RetryStep {
  const { attempts, failure, retriable, remainingMs, memory } = facts;
  if (!retriable) return { again: false, because: "final" };
  if (attempts >= waits.attempts) return { again: false, because: "attempts" };
  const asked = failure.retryAfterMs ?? null;
  if (asked !== null && asked > waits.retryAfterCapMs) return { again: false, because: "retry-after" };
  const backoff = failure.class === "throttled" ? waits.throttled : waits.backoff;
  const own = nextWait(backoff, attempts - 1, memory, random);
  const waitMs =
    asked === null ? own.waitMs : Math.max(own.waitMs, asked * (1 + random.between(0, retryAfterSpread)));
  if (waitMs + waits.minAttemptMs > remainingMs) {
    return { again: false, because: asked !== null && asked > remainingMs ? "retry-after" : "deadline" };
  }
  return { again: true, waitMs, memory: own.memory };
}
