import type { Turn } from "./turn.ts";

/** The turns of Node's event loop: one `setImmediate` for all calls that begin in a turn, and one reading of the clock. */
export class SystemTurn implements Turn {
  private cachedMs = -1;
  private scheduled = false;
  private readonly atEnd: (nowMs: number) => void;
  private readonly end = (): void => {
    this.scheduled = false;
    this.cachedMs = -1;
    this.atEnd(performance.now());
  };

  constructor(atEnd: (nowMs: number) => void) {
    this.atEnd = atEnd;
  }

  now(): number {
    if (this.cachedMs >= 0) return this.cachedMs;
    this.schedule();
    this.cachedMs = performance.now();
    return this.cachedMs;
  }

  exact(): number {
    return performance.now();
  }

  schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(this.end);
  }

  // Timers run before the sockets are looked at: after a blocked loop an answer may lie there that came in time.
  afterArrivals(work: () => void): void {
    setImmediate(work);
  }
}
