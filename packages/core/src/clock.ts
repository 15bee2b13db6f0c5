/** Time as an argument. Milliseconds everywhere, fractions allowed. */
export interface Clock {
  /** Milliseconds since an arbitrary origin; never goes back. For spans. */
  monotonic(): number;
  /** Milliseconds since 1970 UTC. For dates on paper and in headers, never for spans. */
  wall(): number;
  /**
   * Resolves after `waitMs` (at once when ≤ 0, never when Infinity); rejects with the signal's reason as soon as it
   * aborts. Waits beyond 2^31−1 ms are honoured, not truncated.
   */
  sleep(waitMs: number, signal?: AbortSignal): Promise<void>;
}
