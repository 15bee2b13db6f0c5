/**
 * Runs work beside other work, or alone. A message that may have brought the process down before runs alone in it, so that if it does so
 * again nobody else is blamed.
 */
export interface Lane {
  beside<T>(work: () => Promise<T>): Promise<T>;
  alone<T>(work: () => Promise<T>): Promise<T>;
}

const lanes = new WeakMap<object, Lane>();

/** The lane of everything in this process that consumes into one store: whoever dies takes all of it along. */
export function laneOf(store: object): Lane {
  const lane = lanes.get(store) ?? makeLane();
  lanes.set(store, lane);
  return lane;
}

/** A lane of its own. First come, first served: nobody overtakes one who waits to be alone. */
export function makeLane(): Lane {
  let running = 0;
  let isAlone = false;
  const waiting: { readonly alone: boolean; readonly start: () => void }[] = [];

  const admit = (): void => {
    for (let next = waiting[0]; next !== undefined && !isAlone; next = waiting[0]) {
      if (next.alone && running > 0) return;
      waiting.shift();
      running++;
      isAlone = next.alone;
      next.start();
    }
  };
  const run = async <T>(alone: boolean, work: () => Promise<T>): Promise<T> => {
    await new Promise<void>((start) => {
      waiting.push({ alone, start });
      admit();
    });
    try {
      return await work();
    } finally {
      running--;
      isAlone = false;
      admit();
    }
  };
  return { beside: (work) => run(false, work), alone: (work) => run(true, work) };
}
