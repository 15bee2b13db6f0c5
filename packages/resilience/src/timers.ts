import type { Clock } from "@holdfast/core";

/** One wait that was set. */
export interface Timer {
  /** The process stays alive for it; so is every timer at first. */
  ref(): void;
  /** The process may end before it fires. */
  unref(): void;
}

/** Waits as an argument. A wait is honoured whatever its length; one of Infinity never fires. */
export interface Timers {
  /** Calls `fire` once, no earlier than after `waitMs` and never before `set` has returned. */
  set(waitMs: number, fire: () => void): Timer;
  /** Takes a wait back: `fire` is not called any more. A timer that has fired may be cleared too. */
  clear(timer: Timer): void;
}

/** Timers on any clock's sleep, for virtual time; the process does not depend on them, so `ref` and `unref` do nothing. */
export function clockTimers(clock: Clock): Timers {
  return {
    set: (waitMs, fire) => new ClockTimer(clock, waitMs, fire),
    clear: (timer) => (timer as ClockTimer).clear(),
  };
}

class ClockTimer implements Timer {
  readonly #sleep = new AbortController();

  constructor(clock: Clock, waitMs: number, fire: () => void) {
    const { signal } = this.#sleep;
    const wake = (): void => {
      // A sleep that has just ended cannot be aborted any more, yet a timer cleared in that very turn must stay silent.
      if (!signal.aborted) fire();
    };
    void clock.sleep(waitMs, signal).then(wake, () => {});
  }

  clear(): void {
    this.#sleep.abort(cleared);
  }

  ref(): void {}

  unref(): void {}
}

/** Given at every clear, because an abort without a reason builds an error with a stack. */
const cleared: unknown = "cleared";
