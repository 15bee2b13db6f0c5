import type { Bell } from "./signals.ts";

/** Lets one message go out while nothing else does: if the process dies with it, no other one is blamed. */
export interface Alone {
  /** Whether nothing may be sent but what goes alone. */
  readonly closed: boolean;
  /** Runs `work` once nothing is under way. Where the signal aborts before that, it runs none the less: the stop gives all back. */
  run(work: () => Promise<void>, signal: AbortSignal): Promise<void>;
}

/** One at a time. `bell` rings when a publishing ends; `onOpen` is called when others may send again. */
export function createAlone(parts: {
  readonly underWay: () => number;
  readonly bell: Bell;
  readonly onOpen: () => void;
}): Alone {
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  const alone = async (work: () => Promise<void>, signal: AbortSignal): Promise<void> => {
    try {
      while (parts.underWay() > 0 && !signal.aborted) await parts.bell.wait(Number.POSITIVE_INFINITY, signal);
      await work();
    } finally {
      waiting -= 1;
      if (waiting === 0) parts.onOpen();
    }
  };
  return {
    get closed() {
      return waiting > 0;
    },
    run(work, signal) {
      waiting += 1;
      const mine = last.then(() => alone(work, signal));
      last = mine.catch(() => {});
      return mine;
    },
  };
}
