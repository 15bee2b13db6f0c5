import { type Backoff, backoffOf, type Clock, nextWait, type Random } from "@holdfast/core";
import type { Emit } from "../events.ts";
import { pause } from "./signals.ts";

/** The pauses of a loop whose database does not answer. */
export interface RetryPause {
  /** Reports the failure and waits; longer each time in a row. */
  failed(doing: string, error: unknown): Promise<void>;
  worked(): void;
}

const backoff: Backoff = backoffOf({ baseMs: 50, factor: 2, capMs: 5_000, jitter: "equal" });

/** Pauses that end early when the signal aborts. */
export function createRetryPause({
  clock,
  random,
  emit,
  signal,
}: {
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly signal?: AbortSignal;
}): RetryPause {
  let failures = 0;
  return {
    async failed(doing, error) {
      const { waitMs } = nextWait(backoff, failures, null, random);
      failures += 1;
      emit({ type: "relay.error", doing, error, waitMs });
      await pause(clock, waitMs, signal);
    },
    worked() {
      failures = 0;
    },
  };
}
