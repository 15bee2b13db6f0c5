/** So many at once, the others in the order of asking. */
export interface Slots {
  /** Resolves to true with a slot, to false when the signal aborted before one was free. */
  acquire(signal: AbortSignal): Promise<boolean>;
  tryAcquire(): boolean;
  release(): void;
  readonly used: number;
}

/** Slots for `max` at once. */
export function slotsOf(max: number): Slots {
  let used = 0;
  const waiting: (() => void)[] = [];
  return {
    get used() {
      return used;
    },
    acquire(signal) {
      if (signal.aborted) return Promise.resolve(false);
      if (used < max) {
        used++;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const abort = (): void => {
          waiting.splice(waiting.indexOf(enter), 1);
          resolve(false);
        };
        const enter = (): void => {
          signal.removeEventListener("abort", abort);
          resolve(true);
        };
        waiting.push(enter);
        signal.addEventListener("abort", abort, { once: true });
      });
    },
    tryAcquire() {
      if (used >= max || waiting.length > 0) return false;
      used++;
      return true;
    },
    release() {
      // A slot passes from hand to hand: `used` stays as it is when somebody waits.
      const next = waiting.shift();
      if (next === undefined) used--;
      else next();
    },
  };
}
