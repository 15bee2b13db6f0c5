import type { Clock } from "@holdfast/core";

/** Lets a loop wait until something changes, or a while has passed. */
export interface Bell {
  /** Wakes everyone who waits; one that comes while nobody waits is remembered for the next. */
  ring(): void;
  /** Resolves at the next ring, after `waitMs`, or when the signal aborts. Never rejects. */
  wait(waitMs: number, signal: AbortSignal): Promise<void>;
}

/** A reason of our own: without one, every abort makes an exception with its stack. */
const rang = "rang";

/** A bell for one waiting loop. */
export function createBell(clock: Clock): Bell {
  let rung = false;
  let waiting: AbortController | null = null;
  return {
    ring() {
      rung = true;
      waiting?.abort(rang);
    },
    async wait(waitMs, signal) {
      if (!rung && !signal.aborted) {
        const mine = new AbortController();
        waiting = mine;
        const end = (): void => mine.abort(rang);
        signal.addEventListener("abort", end, { once: true });
        await pause(clock, waitMs, mine.signal);
        signal.removeEventListener("abort", end);
        waiting = null;
      }
      rung = false;
    },
  };
}

/** Sleeps, and wakes early when the signal aborts. Never rejects. */
export async function pause(clock: Clock, waitMs: number, signal?: AbortSignal): Promise<void> {
  try {
    await clock.sleep(waitMs, signal);
  } catch {
    // The signal ended the wait: that is what it is for.
  }
}
