/** Requests of one operation that have arrived at a proxy. */
export interface Arrivals {
  readonly count: number;
  /** When the last one arrived; `null` before the first. */
  readonly lastMs: number | null;
}

const none: Arrivals = { count: 0, lastMs: null };

/** Counts the requests of each operation as they arrive. */
export function arrivalCounter(): {
  add(operation: string | undefined, atMs: number): void;
  of(operation: string): Arrivals;
} {
  const byOperation = new Map<string, Arrivals>();
  return {
    add: (operation, atMs) => {
      if (operation === undefined) return;
      const { count } = byOperation.get(operation) ?? none;
      byOperation.set(operation, { count: count + 1, lastMs: atMs });
    },
    of: (operation) => byOperation.get(operation) ?? none,
  };
}
