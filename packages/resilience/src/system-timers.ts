import type { Timer, Timers } from "./timers.ts";

/** The longest wait one native timer can hold; longer ones fire after a millisecond. */
const nativeMaxMs = 2 ** 31 - 1;

/** The timers of the process. */
export const systemTimers: Timers = chainedTimers(nativeMaxMs);

/** Timers of the process in steps of `stepMs` at most, one native timer after the other. */
export function chainedTimers(stepMs: number): Timers {
  return {
    set: (waitMs, fire) => new SystemTimer(waitMs, fire, stepMs),
    clear: (timer) => (timer as SystemTimer).clear(),
  };
}

class SystemTimer implements Timer {
  readonly #dueMs: number;
  readonly #fire: () => void;
  readonly #stepMs: number;
  #native: NodeJS.Timeout | null = null;
  #holds = true;

  constructor(waitMs: number, fire: () => void, stepMs: number) {
    this.#dueMs = performance.now() + Math.max(0, waitMs || 0);
    this.#fire = fire;
    this.#stepMs = stepMs;
    if (waitMs !== Number.POSITIVE_INFINITY) this.#step();
  }

  clear(): void {
    if (this.#native !== null) clearTimeout(this.#native);
    this.#native = null;
  }

  ref(): void {
    this.#holds = true;
    this.#native?.ref();
  }

  unref(): void {
    this.#holds = false;
    this.#native?.unref();
  }

  #step(): void {
    const restMs = Math.max(1, Math.ceil(this.#dueMs - performance.now()));
    this.#native = setTimeout(() => this.#stepped(), Math.min(restMs, this.#stepMs));
    if (!this.#holds) this.#native.unref();
  }

  /** A native timer counts in whole milliseconds and may fire a fraction early: it looks again before it fires. */
  #stepped(): void {
    this.#native = null;
    if (performance.now() < this.#dueMs) this.#step();
    else this.#fire();
  }
}
