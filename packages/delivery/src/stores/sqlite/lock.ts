/** Lets one at a time through, in the order of asking. */
export interface Lock {
  run<T>(work: () => Promise<T>): Promise<T>;
}

const locks = new Map<string, Lock>();
const locksInMemory = new WeakMap<object, Lock>();

/**
 * The lock for the writers of one file within this process. Waiting for it costs nothing; waiting in SQLite for a lock that this very
 * process holds would block the event loop that has to give it back.
 */
export function lockOf(database: string | object): Lock {
  if (typeof database === "object") {
    const known = locksInMemory.get(database) ?? makeLock();
    locksInMemory.set(database, known);
    return known;
  }
  const known = locks.get(database) ?? makeLock();
  locks.set(database, known);
  return known;
}

function makeLock(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const mine = last.then(work);
      last = mine.catch(() => {});
      return mine;
    },
  };
}
