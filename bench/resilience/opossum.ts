import { createRequire } from "node:module";

/** What the benchmarks use of opossum, which brings no types. */
export interface OpossumBreaker {
  fire(...args: readonly unknown[]): Promise<unknown>;
  open(): void;
  shutdown(): void;
}

/** The constructor of opossum's breaker. */
export const OpossumBreaker: new (
  action: (...args: never[]) => unknown,
  options?: Readonly<Record<string, unknown>>,
) => OpossumBreaker = createRequire(import.meta.url)("opossum");
