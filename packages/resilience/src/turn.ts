import type { Clock } from "@holdfast/core";

/**
 * Time in turns of the event loop. Within one turn nothing comes from outside, so what begins and ends in the same turn needs neither
 * a clock nor a timer: only what is still pending at the end of a turn is stamped. A call that begins late in a long turn is thereby
 * never given less time than it was promised.
 */
export interface Turn {
  /** Milliseconds on the monotonic clock, read once per turn. */
  now(): number;
  /** Milliseconds on the monotonic clock, read now. */
  exact(): number;
  /** Asks for `atEnd` to be called once at the end of this turn. */
  schedule(): void;
  /** Runs `work` after what has already arrived from outside was looked at; says how late the loop was. */
  afterArrivals(work: () => void): void;
}

/** Turns on a clock that somebody else moves: there each moment is a turn of its own. */
export function clockTurn(clock: Pick<Clock, "monotonic">, atEnd: (nowMs: number) => void): Turn {
  return {
    now: () => clock.monotonic(),
    exact: () => clock.monotonic(),
    schedule: () => atEnd(clock.monotonic()),
    afterArrivals: (work) => work(),
  };
}
