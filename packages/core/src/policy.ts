/** Failures in the words people know (Envoy's), as `retry.on` speaks them. */
export const retryOnWords = [
  "connect-failure",
  "refused",
  "reset",
  "timeout",
  "5xx",
  "gateway-error",
  "429",
  "503",
  "retriable-4xx",
] as const;

/** Kinds of jitter. With `e = min(cap, base·factor^n)`, n from 0: see `backoff.ts` for the formulas. */
export const jitterKinds = ["none", "full", "equal", "proportional", "decorrelated", "polly-v2"] as const;
export type JitterKind = (typeof jitterKinds)[number];

/** What a policy commits to, read from the policy document: durations in ms, ratios from 0 to 1. Absent is not declared. */
export interface Policy {
  /** The longest a call may take in all, with retries and waits. */
  readonly deadlineMs?: number;
  readonly attemptTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly idempotent?: boolean;
  readonly retry?: {
    /** All attempts, the first included. */
    readonly attempts?: number;
    /** Words of `retryOnWords` or status codes ("502"). */
    readonly on?: readonly string[];
    readonly backoff?: {
      readonly baseMs?: number;
      readonly factor?: number;
      readonly capMs?: number;
      readonly jitter?: JitterKind;
    };
  };
  readonly budget?: { readonly ratio?: number; readonly minPerSecond?: number };
  readonly breaker?: {
    readonly windowMs?: number;
    readonly minCalls?: number;
    readonly failureRate?: number;
    readonly open?: { readonly baseMs?: number; readonly capMs?: number };
    readonly probes?: number;
  };
}
