import type { Clock } from "@holdfast/core";

/** A sleep that others may cut short. */
export interface Wakeup {
  /** Ends the wait now, or the next one at once. */
  now(): void;
  /** Ends the wait in so many milliseconds, if nothing does before. */
  within(waitMs: number): void;
  /** Resolves after `waitMs`, sooner when woken or when the signal aborts. Never rejects. */
  wait(waitMs: number, signal: AbortSignal): Promise<void>;
}

/** A sleep for one loop. */
export function wakeupOf(clock: Clock): Wakeup {
  let dueMs = Number.POSITIVE_INFINITY;
  let interrupt: AbortController | null = null;
  const within = (waitMs: number): void => {
    const atMs = clock.monotonic() + waitMs;
    if (atMs >= dueMs) return;
    dueMs = atMs;
    interrupt?.abort();
  };
  return {
    now: () => within(0),
    within,
    async wait(waitMs, signal) {
      const untilMs = clock.monotonic() + waitMs;
      while (!signal.aborted) {
        const restMs = Math.min(untilMs, dueMs) - clock.monotonic();
        if (restMs <= 0) break;
        const either = new AbortController();
        const stop = (): void => either.abort();
        interrupt = either;
        signal.addEventListener("abort", stop, { once: true });
        await clock.sleep(restMs, either.signal).catch(() => {});
        signal.removeEventListener("abort", stop);
        interrupt = null;
      }
      if (dueMs <= clock.monotonic()) dueMs = Number.POSITIVE_INFINITY;
    },
  };
}
