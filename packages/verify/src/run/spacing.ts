import type { Clock } from "@holdfast/core";

/** Lets callers go on one by one, at least `everyMs` apart: what begins at one instant competes for the cores. */
export function openSpacing(clock: Clock, everyMs: number): (signal: AbortSignal) => Promise<void> {
  let freeMs = Number.NEGATIVE_INFINITY;
  return (signal) => {
    const nowMs = clock.monotonic();
    const goMs = Math.max(nowMs, freeMs);
    freeMs = goMs + everyMs;
    return clock.sleep(goMs - nowMs, signal);
  };
}
