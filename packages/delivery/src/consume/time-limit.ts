import type { Clock } from "@holdfast/core";

/**
 * Runs `work` until it ends, the limit is reached or one of the signals aborts; then it rejects at once with the reason, and so does
 * the signal that `work` was given. What `work` still does after that is on its own: its result and its failure go nowhere.
 */
export async function limited<T>(
  limit: {
    readonly clock: Clock;
    readonly limitMs: number;
    readonly signal: AbortSignal;
    readonly tooLate: () => Error;
  },
  work: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  limit.signal.throwIfAborted();
  const ended = new AbortController();
  const controller = new AbortController();
  const { signal } = controller;
  const passOn = (): void => controller.abort(limit.signal.reason);
  limit.signal.addEventListener("abort", passOn, { once: true });
  limit.clock.sleep(limit.limitMs, ended.signal).then(
    () => controller.abort(limit.tooLate()),
    () => {},
  );
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {});
  try {
    const working = Promise.resolve(work(signal));
    working.catch(() => {});
    return await Promise.race([working, aborted]);
  } finally {
    limit.signal.removeEventListener("abort", passOn);
    ended.abort();
  }
}
