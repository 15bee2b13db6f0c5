import { type Clock, nextWait, type Random } from "@holdfast/core";

/** How long to wait while the store or the broker cannot be reached. */
export interface Outage {
  nextWaitMs(): number;
  recovered(): void;
}

const backoff = { baseMs: 250, factor: 1.5, capMs: 10_000, jitter: "equal" } as const;

/** Waits that grow from one moment of an outage to the next. All that is under way fails in the same moment: that is one step, not many. */
export function outageOf({ clock, random }: { readonly clock: Clock; readonly random: Random }): Outage {
  let failures = 0;
  let stepEndsMs = Number.NEGATIVE_INFINITY;
  return {
    nextWaitMs() {
      const nowMs = clock.monotonic();
      const isNext = nowMs >= stepEndsMs;
      if (isNext) failures += 1;
      const { waitMs } = nextWait(backoff, Math.min(failures - 1, 20), null, random);
      if (isNext) stepEndsMs = nowMs + waitMs;
      return waitMs;
    },
    recovered() {
      failures = 0;
      stepEndsMs = Number.NEGATIVE_INFINITY;
    },
  };
}
