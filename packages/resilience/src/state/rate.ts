/** How many calls may start in what time. */
export interface RateSettings {
  readonly calls: number;
  readonly perMs: number;
  /** Calls that may come at once after a pause; at least 1. */
  readonly burst: number;
}

/** A wait shorter than this is none: sums of fractions miss their mark by less, and nobody can wait so precisely. */
const roundingMs = 0.001;

/**
 * A rate limit by the generic cell rate algorithm. All it keeps of the calls is one number, the time at which the whole burst is
 * free again, and so it knows exactly when the next place is. Places are given in the order in which they are asked for.
 */
export class RateLimit {
  readonly #eachMs: number;
  readonly #burst: number;
  #freeAtMs = Number.NEGATIVE_INFINITY;
  #latestMs = Number.NEGATIVE_INFINITY;

  constructor({ calls, perMs, burst }: RateSettings) {
    this.#eachMs = perMs / calls;
    this.#burst = burst;
  }

  /**
   * Takes places for a call that costs `cost` of them and tells in how many ms it may start, 0 for now; or −1 when that were more
   * than `maxWaitMs`, and nothing was taken. More than the burst can be taken, by waiting for the rest ahead.
   */
  take(nowMs: number, maxWaitMs: number, cost = 1): number {
    const waitMs = this.#waitMs(nowMs, cost);
    if (waitMs > maxWaitMs) return -1;
    this.#freeAtMs = Math.max(this.#freeAtMs, this.#latestMs) + cost * this.#eachMs;
    return waitMs;
  }

  /** In how many ms a call could start at once if nobody came before it; Infinity for more than the burst. */
  retryAfterMs(nowMs: number, cost = 1): number {
    return cost > this.#burst ? Number.POSITIVE_INFINITY : this.#waitMs(nowMs, cost);
  }

  /**
   * Returns the places of a call that gave up while it waited, to the next that comes. Those who wait already keep the time they
   * were told, so calls may come closer together than the burst allows, but over time never faster than the rate.
   */
  giveBack(cost = 1): void {
    this.#freeAtMs -= cost * this.#eachMs;
  }

  #waitMs(nowMs: number, cost: number): number {
    this.#latestMs = Math.max(this.#latestMs, nowMs);
    const busyMs = Math.max(0, this.#freeAtMs - this.#latestMs);
    const waitMs = busyMs + (cost - this.#burst) * this.#eachMs;
    return waitMs > roundingMs ? waitMs : 0;
  }
}
