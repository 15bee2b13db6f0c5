/**
 * Failures in the words people know (Envoy's), as `retry.on` speaks them; the last four are the classes that say what is safe to
 * send again.
 */
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
  "unsent",
  "ambiguous",
  "throttled",
  "unavailable",
] as const;

/** The words that can match a failure after which nobody knows whether the provider has executed the call. */
export const ambiguousRetryWords = ["reset", "timeout", "5xx", "gateway-error", "ambiguous"] as const;

/** Server errors that say something certain: not built (501), not serving (503), not this version (505). */
const certainStatuses = ["501", "503", "505"];

/** Whether a word of `retry.on`, or a status there, can match a failure after which the call may have been executed. */
export function isAmbiguousRetryWord(word: string): boolean {
  if (/^5\d\d$/.test(word)) return !certainStatuses.includes(word);
  return word === "408" || ambiguousRetryWords.some((known) => known === word);
}

/** Kinds of jitter. With `e = min(cap, base·factor^n)`, n from 0: see `backoff.ts` for the formulas. */
export const jitterKinds = ["none", "full", "equal", "proportional", "decorrelated", "polly-v2"] as const;
export type JitterKind = (typeof jitterKinds)[number];

/**
 * How a timeout ends a call: `enforced` settles it at once and holds its places until the work really ends; `cooperative` aborts
 * the signal and waits for the work to notice.
 */
export const timeoutModes = ["enforced", "cooperative"] as const;
export type TimeoutMode = (typeof timeoutModes)[number];

/** What a breaker does: `on` rejects while it is open; `shadow` only reports that it would; `off` does nothing. */
export const breakerModes = ["on", "shadow", "off"] as const;
export type BreakerMode = (typeof breakerModes)[number];

/** What a policy commits to, read from the policy document: durations in ms, ratios from 0 to 1. Absent is not declared. */
export interface Policy {
  /** What reports, metrics and errors call it. */
  readonly name?: string;
  /** The longest a call may take in all, with queueing, retries and waits. */
  readonly deadlineMs?: number;
  /** The longest one attempt may take, to the last byte of the answer. */
  readonly attemptTimeoutMs?: number;
  /** The longest connecting may take, as a part of an attempt. */
  readonly connectTimeoutMs?: number;
  readonly timeouts?: TimeoutMode;
  /** Whether executing a call twice does no harm. */
  readonly idempotent?: boolean;
  /** The name of the binding that turns what the function threw or answered into a failure. */
  readonly classify?: string;
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
      /** The base after a failure of the class `throttled`. */
      readonly throttledBaseMs?: number;
    };
    /** A wait that the provider asks for: honoured up to the cap, beyond it the call gives up. */
    readonly retryAfter?: { readonly capMs?: number };
    /** The least time before the deadline that makes another attempt worth its start. */
    readonly minAttemptMs?: number;
  };
  readonly budget?: {
    /** The binding that parts it, such as `host`: each key has one of its own; absent: one for all. The same for every key below. */
    readonly key?: string;
    /** Retries per call, counted over the window. */
    readonly ratio?: number;
    /** Retries per second that are allowed whatever the ratio says. */
    readonly minPerSecond?: number;
    readonly windowMs?: number;
  };
  readonly breaker?: {
    readonly key?: string;
    readonly mode?: BreakerMode;
    /** The span over which calls are counted; or `windowCalls`, the last so many calls. */
    readonly windowMs?: number;
    readonly windowCalls?: number;
    /** Calls in the window before a rate may open it. */
    readonly minCalls?: number;
    /** The share of failures at which it opens. */
    readonly failureRate?: number;
    /** Opens after so many failures in a row, whatever the rate. */
    readonly consecutive?: number;
    /** A call longer than `overMs` is slow, one still in flight included; opens at `rate`. */
    readonly slow?: { readonly overMs: number; readonly rate?: number };
    /** How long it stays open: `baseMs` the first time, `factor` times longer each further time in a row, up to the cap. */
    readonly open?: {
      readonly baseMs?: number;
      readonly factor?: number;
      readonly capMs?: number;
      /** The share by which chance lengthens or shortens it. */
      readonly jitter?: number;
    };
    /** Calls let through at a time to see whether the provider is back. */
    readonly probes?: number;
    /** The share of probes that must succeed to close. */
    readonly probeSuccess?: number;
    /** How long a probe holds its place before another may take it. */
    readonly probeWaitMs?: number;
  };
  readonly limit?: {
    readonly key?: string;
    /** Calls that may be under way at once. */
    readonly concurrent: number;
    /** Calls that may wait for a place, in order of arrival. */
    readonly queue?: number;
    /** The longest a call may wait for a place. */
    readonly maxWaitMs?: number;
  };
  /** So many `calls` per `perMs`, spread evenly. */
  readonly rate?: {
    readonly key?: string;
    readonly calls: number;
    readonly perMs?: number;
    /** Calls that may come at once after a pause. */
    readonly burst?: number;
    readonly maxWaitMs?: number;
  };
  /** The name of the binding that answers in place of a call that failed. */
  readonly fallback?: string;
}
