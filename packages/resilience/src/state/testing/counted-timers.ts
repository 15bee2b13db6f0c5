import type { Timer, Timers } from "../../timers.ts";

/** Real timers that are counted, that may fire early, and whose callbacks may throw. */
export class CountedTimers implements Timers {
  readonly #inner: Timers;
  readonly #earlyMs: number;
  readonly #live = new Set<Timer>();
  readonly thrown: unknown[] = [];
  /** How many were set in all. */
  sets = 0;
  /** The most that were live at a time. */
  most = 0;

  constructor(inner: Timers, earlyMs = 0) {
    this.#inner = inner;
    this.#earlyMs = earlyMs;
  }

  get live(): number {
    return this.#live.size;
  }

  set(waitMs: number, fire: () => void): Timer {
    const early = waitMs > 2 * this.#earlyMs ? this.#earlyMs : 0;
    const timer = this.#inner.set(waitMs - early, () => {
      this.#live.delete(timer);
      try {
        fire();
      } catch (error) {
        this.thrown.push(error);
      }
    });
    this.sets++;
    this.#live.add(timer);
    this.most = Math.max(this.most, this.#live.size);
    return timer;
  }

  clear(timer: Timer): void {
    this.#live.delete(timer);
    this.#inner.clear(timer);
  }
}
