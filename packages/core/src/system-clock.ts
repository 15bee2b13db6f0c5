import type { Clock } from "./clock.ts";

/** The longest wait one timer can hold; longer ones fire after a millisecond. */
const timerMaxMs = 2 ** 31 - 1;

/** The real clock. A sleep never ends early, and a sleep of Infinity does not keep the process alive. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  sleep(waitMs, signal) {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (!(waitMs > 0)) return Promise.resolve();
    const dueAt = performance.now() + waitMs;
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const abort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      // A timer may fire a fraction of a millisecond early and cannot hold more than timerMaxMs: look, then wait again.
      const wait = (): void => {
        const remainingMs = dueAt - performance.now();
        if (remainingMs > 0) {
          timer = setTimeout(wait, Math.min(Math.ceil(remainingMs), timerMaxMs));
          return;
        }
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      signal?.addEventListener("abort", abort, { once: true });
      if (waitMs !== Number.POSITIVE_INFINITY) wait();
    });
  },
};
