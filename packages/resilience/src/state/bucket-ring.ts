/**
 * Counts of the recent past: a ring of buckets, each with a few lanes, and the sum of every lane over all buckets. What leaves
 * the span is subtracted, so that neither counting nor asking depends on how much was counted.
 */
export class BucketRing {
  readonly #bucketMs: number;
  readonly #lanes: number;
  /**
   * Bucket after bucket, lane by lane; the sums stand behind the last bucket. Every key has a ring, and so few numbers take less
   * room in one plain array than in a typed one, whose head alone is 200 bytes.
   */
  readonly #counts: number[];
  /** Where the current bucket starts in the array. */
  #at = 0;
  /** When the current bucket ends. */
  #endMs = Number.NEGATIVE_INFINITY;

  constructor(spanMs: number, buckets: number, lanes: number) {
    this.#bucketMs = spanMs / buckets;
    this.#lanes = lanes;
    this.#counts = new Array<number>((buckets + 1) * lanes).fill(0);
  }

  /** Forgets what lies a span behind. A time before the latest one seen is taken for the latest. */
  move(nowMs: number): void {
    if (nowMs >= this.#endMs) this.#turn(nowMs);
  }

  /** Counts so many in a lane, in the bucket that `move` has moved to. */
  add(lane: number, count: number): void {
    const counts = this.#counts;
    const at = this.#at + lane;
    const sum = counts.length - this.#lanes + lane;
    counts[at] = (counts[at] as number) + count;
    counts[sum] = (counts[sum] as number) + count;
  }

  /** What a lane has counted within the span. */
  total(lane: number): number {
    const counts = this.#counts;
    return counts[counts.length - this.#lanes + lane] as number;
  }

  /** Forgets all. */
  clear(): void {
    this.#counts.fill(0);
  }

  /** Buckets are whole multiples of their length since the origin of time, so that no rounding adds up. */
  #turn(nowMs: number): void {
    const endMs = (Math.floor(nowMs / this.#bucketMs) + 1) * this.#bucketMs;
    const counts = this.#counts;
    const sums = counts.length - this.#lanes;
    // After a pause there are many to leave behind, but never more than there are.
    const steps = Math.min(Math.round((endMs - this.#endMs) / this.#bucketMs), sums / this.#lanes);
    for (let step = 0; step < steps; step++) {
      this.#at = (this.#at + this.#lanes) % sums;
      for (let lane = 0; lane < this.#lanes; lane++) {
        counts[sums + lane] = (counts[sums + lane] as number) - (counts[this.#at + lane] as number);
        counts[this.#at + lane] = 0;
      }
    }
    this.#endMs = endMs;
  }
}
