import { BucketRing } from "./bucket-ring.ts";
import { bucketsDefault } from "./window.ts";

/** How much a retry budget allows. */
export interface BudgetSettings {
  /** Retries per call. */
  readonly ratio: number;
  /** Retries per second on top, so that a target with little traffic is retried at all. */
  readonly minPerSecond: number;
  /** The span over which both are counted. */
  readonly windowMs: number;
}

const callsLane = 0;
const retriesLane = 1;

/** What a product of a ratio may miss a whole number by: 0.29 of 100 calls are 29 retries, not 28.999999999999996. */
const rounding = 1e-9;

/**
 * One budget for all calls to a target: within its span the retries are at most `ratio` of the calls and `minPerSecond` of the
 * seconds, so that an outage is not made worse by those who retry.
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #reserve: number;
  readonly #ring: BucketRing;

  constructor({ ratio, minPerSecond, windowMs }: BudgetSettings) {
    this.#ratio = ratio;
    this.#reserve = (minPerSecond * windowMs) / 1_000;
    this.#ring = new BucketRing(windowMs, bucketsDefault, 2);
  }

  /** Counts a call, once and not again for its retries. */
  deposit(nowMs: number): void {
    this.#ring.move(nowMs);
    this.#ring.add(callsLane, 1);
  }

  /** Whether one more retry is allowed; if so, it is counted. */
  tryWithdraw(nowMs: number): boolean {
    if (this.available(nowMs) < 1) return false;
    this.#ring.add(retriesLane, 1);
    return true;
  }

  /** How many retries would be allowed now. */
  available(nowMs: number): number {
    this.#ring.move(nowMs);
    const allowed = this.#ratio * this.#ring.total(callsLane) + this.#reserve;
    // The calls may have left the span before the retries that they allowed.
    return Math.max(0, Math.floor(allowed - this.#ring.total(retriesLane) + rounding));
  }
}
