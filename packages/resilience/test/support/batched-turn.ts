import type { Clock } from "@holdfast/core";
import type { Turn } from "../../src/turn.ts";

/**
 * Turns as the system's are, in virtual time: calls that begin in one turn are stamped together when it is over. The turn ends with
 * the microtasks and not in a later phase of the event loop, because there a virtual clock has moved on already.
 */
export class BatchedTurn implements Turn {
  private scheduled = false;
  private readonly clock: Pick<Clock, "monotonic">;
  private readonly atEnd: (nowMs: number) => void;

  constructor(clock: Pick<Clock, "monotonic">, atEnd: (nowMs: number) => void) {
    this.clock = clock;
    this.atEnd = atEnd;
  }

  now(): number {
    return this.clock.monotonic();
  }

  exact(): number {
    return this.clock.monotonic();
  }

  schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    process.nextTick(() => {
      this.scheduled = false;
      this.atEnd(this.clock.monotonic());
    });
  }

  afterArrivals(work: () => void): void {
    process.nextTick(work);
  }
}
