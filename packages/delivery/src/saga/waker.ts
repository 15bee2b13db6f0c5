import type { Clock } from "@holdfast/core";

/** Waits that may be cut short. */
export interface Waker {
  /** Ends the wait under way, or the next one before it begins. */
  wake(): void;
  /** Resolves after `waitMs`, when woken, or when the signal aborts. */
  wait(waitMs: number, signal: AbortSignal): Promise<void>;
}

/** Makes one. */
export function waker(clock: Clock): Waker {
  let woken = false;
  let cut: AbortController | null = null;
  return {
    wake() {
      woken = true;
      cut?.abort();
    },
    async wait(waitMs, signal) {
      if (!woken && !signal.aborted) {
        cut = new AbortController();
        await clock.sleep(waitMs, AbortSignal.any([cut.signal, signal])).catch(() => {});
        cut = null;
      }
      woken = false;
    },
  };
}
