/**
 * What a failure says about sending the same request again; the table stands in `classify/`.
 *
 * - `unsent`: the provider cannot have executed it; safe for every method.
 * - `ambiguous`: nobody knows whether it was executed; safe only where executing twice does no harm.
 * - `throttled`: the provider asks for less; not executed.
 * - `unavailable`: the provider says that it is not serving (503); not executed.
 * - `final`: another attempt gets the same answer, or the failure is the consumer's own.
 * - `aborted`: the caller gave up; says nothing about the provider.
 * - `rejected`: a policy of our own refused the call (circuit open, no place, no budget); says nothing about the provider.
 */
export const failureClasses = [
  "unsent",
  "ambiguous",
  "throttled",
  "unavailable",
  "final",
  "aborted",
  "rejected",
] as const;
export type FailureClass = (typeof failureClasses)[number];

/** A failed attempt in the terms in which policies decide. */
export interface Failure {
  readonly class: FailureClass;
  /** Whether a breaker counts it against the provider: a 400 does not, a bad certificate does. */
  readonly counts: boolean;
  /** What happened in one word of `retry.on`, if one fits: `reset`, `timeout`, `connect-failure`. */
  readonly word?: "connect-failure" | "refused" | "reset" | "timeout";
  /** The HTTP status, where there was one. */
  readonly status?: number;
  /** The code of the error that decided: `ECONNRESET`, `UND_ERR_SOCKET`, `40001`, … */
  readonly code?: string;
  /** The wait that the provider asked for; `null` or absent: none. `Infinity`: do not come back. */
  readonly retryAfterMs?: number | null;
  /** What the classifier threw, where it is the classifier that failed. */
  readonly classifierError?: unknown;
}

/**
 * Turns what an attempt ended with into a failure, or `null` for a success. `value` is what the function answered (then `error` is
 * undefined) or `error` what it threw. Must not throw; where it does, the failure is `final`.
 */
export type Classifier = (end: AttemptEnd) => Failure | null;

/** How an attempt ended, for a classifier. */
export type AttemptEnd =
  | { readonly threw: true; readonly error: unknown; readonly wallMs: () => number }
  | { readonly threw: false; readonly value: unknown; readonly wallMs: () => number };
