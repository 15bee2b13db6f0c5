import type { Instance } from "./instance.ts";

/** Ends instances aside while the run goes on, and waits for all of them at its end. */
export interface Retirement {
  /** Resolves at once, or when the instance has ended where instances may not overlap. */
  retire(instance: Instance): Promise<void>;
  settled(): Promise<void>;
}

/** Where `exclusive`, an instance is gone before the next one starts: they share a fixed port or a running service. */
export function openRetirement(exclusive: boolean, onError: (error: unknown) => void): Retirement {
  const ending = new Set<Promise<void>>();
  return {
    retire: async (instance) => {
      const end: Promise<void> = instance
        .end()
        .catch(onError)
        .finally(() => ending.delete(end));
      ending.add(end);
      if (exclusive) await end;
    },
    settled: async () => {
      while (ending.size > 0) await Promise.all(ending);
    },
  };
}
