/**
 * What Holdfast judges by where the contract is silent. Breaking one of these is advice, never a failure; reports quote the
 * name and the number.
 */
export const defaults = {
  /** Connecting takes one or two round trips; five seconds is a lost SYN retried twice. */
  connectTimeoutMs: 5_000,
  /** One attempt: the attempt timeout of Microsoft.Extensions.Http.Resilience. */
  attemptTimeoutMs: 10_000,
  /** A whole call: the total timeout of Microsoft.Extensions.Http.Resilience. */
  deadlineMs: 30_000,
  /** All attempts of a call: the most that gRPC (proposal A6) lets a policy ask for. */
  attemptsMax: 5,
} as const;

/**
 * How long a call is watched before a report says "not seen to give up within N s": two and a half times the limit it is
 * judged by, at least 5 s and at most 20 s.
 */
export function horizonMs(limitMs: number): number {
  return Math.min(20_000, Math.max(5_000, 2.5 * limitMs));
}
