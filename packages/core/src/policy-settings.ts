import type { Backoff } from "./backoff.ts";
import type { BreakerMode, TimeoutMode } from "./policy.ts";

/** A policy with nothing left out: what is not declared is `null`, what a declared part leaves out has its default. */
export interface PolicySettings {
  readonly name: string | null;
  readonly deadlineMs: number | null;
  readonly attemptTimeoutMs: number | null;
  readonly connectTimeoutMs: number | null;
  readonly timeouts: TimeoutMode;
  readonly idempotent: boolean;
  readonly classify: string;
  readonly retry: RetrySettings | null;
  readonly budget: BudgetSettings | null;
  readonly breaker: BreakerSettings | null;
  readonly limit: LimitSettings | null;
  readonly rate: RateSettings | null;
  readonly fallback: string | null;
}

/** Retries, complete. */
interface RetrySettings {
  readonly attempts: number;
  /** `null`: by what is safe to send again, whatever it is called. */
  readonly on: readonly string[] | null;
  readonly backoff: Backoff & { readonly throttledBaseMs: number };
  readonly retryAfter: { readonly capMs: number };
  readonly minAttemptMs: number;
}

/** A retry budget, complete. */
interface BudgetSettings {
  /** `null`: one for the policy. */
  readonly key: string | null;
  readonly ratio: number;
  readonly minPerSecond: number;
  readonly windowMs: number;
}

/** A breaker, complete. */
interface BreakerSettings {
  readonly key: string | null;
  readonly mode: BreakerMode;
  /** One of the two is `null`: the window is a span of time, or so many calls. */
  readonly windowMs: number | null;
  readonly windowCalls: number | null;
  readonly minCalls: number;
  readonly failureRate: number;
  readonly consecutive: number | null;
  readonly slow: { readonly overMs: number; readonly rate: number } | null;
  readonly open: {
    readonly baseMs: number;
    readonly factor: number;
    readonly capMs: number;
    readonly jitter: number;
  };
  readonly probes: number;
  readonly probeSuccess: number;
  readonly probeWaitMs: number;
}

/** A limit of calls under way, complete. */
interface LimitSettings {
  readonly key: string | null;
  readonly concurrent: number;
  readonly queue: number;
  /** `null`: as long as the deadline allows. */
  readonly maxWaitMs: number | null;
}

/** A limit of calls over time, complete. */
interface RateSettings {
  readonly key: string | null;
  readonly calls: number;
  readonly perMs: number;
  readonly burst: number;
  readonly maxWaitMs: number;
}
