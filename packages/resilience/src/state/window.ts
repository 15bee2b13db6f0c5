import { BucketRing } from "./bucket-ring.ts";

/** What a breaker remembers of the calls that have ended: how many, how many failed, how many were slow. */
export interface Window {
  record(nowMs: number, failed: boolean, slow: boolean): void;
  /** Forgets what has grown too old by now. */
  move(nowMs: number): void;
  /** Forgets all. */
  reset(nowMs: number): void;
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

const callsLane = 0;
/**
 * Failures, and slow calls by the unit: two counts in one number, which saves a third of the room that a key takes. Both are exact as
 * long as a span sees fewer than 67 million calls.
 */
const badLane = 1;
const slowUnit = 2 ** 26;

/** How finely a span is divided: what is forgotten goes in steps of a tenth of it. */
export const bucketsDefault = 10;

/** The calls of the last `windowMs`, in steps of one bucket. */
export class TimeWindow extends BucketRing implements Window {
  constructor(windowMs: number, buckets: number = bucketsDefault) {
    super(windowMs, buckets, 2);
  }

  get calls(): number {
    return this.total(callsLane);
  }

  get failures(): number {
    return this.total(badLane) % slowUnit;
  }

  get slow(): number {
    return Math.floor(this.total(badLane) / slowUnit);
  }

  record(nowMs: number, failed: boolean, slow: boolean): void {
    this.move(nowMs);
    this.add(callsLane, 1);
    if (failed) this.add(badLane, 1);
    if (slow) this.add(badLane, slowUnit);
  }

  reset(nowMs: number): void {
    this.move(nowMs);
    this.clear();
  }
}

const failedBit = 1;
const slowBit = 2;

/** The last `size` calls, however long ago they were. */
export class CountWindow implements Window {
  /** What each call was, in bits. */
  readonly #bits: Uint8Array;
  #at = 0;
  #calls = 0;
  #failures = 0;
  #slow = 0;

  constructor(size: number) {
    this.#bits = new Uint8Array(size);
  }

  get calls(): number {
    return this.#calls;
  }

  get failures(): number {
    return this.#failures;
  }

  get slow(): number {
    return this.#slow;
  }

  record(_nowMs: number, failed: boolean, slow: boolean): void {
    const bits = this.#bits;
    if (this.#calls < bits.length) {
      this.#calls++;
    } else {
      const oldest = bits[this.#at] as number;
      if ((oldest & failedBit) !== 0) this.#failures--;
      if ((oldest & slowBit) !== 0) this.#slow--;
    }
    if (failed) this.#failures++;
    if (slow) this.#slow++;
    bits[this.#at] = (failed ? failedBit : 0) | (slow ? slowBit : 0);
    this.#at = (this.#at + 1) % bits.length;
  }

  /** The time of a call does not count here. */
  move(_nowMs: number): void {}

  reset(_nowMs: number): void {
    this.#calls = 0;
    this.#failures = 0;
    this.#slow = 0;
  }
}
