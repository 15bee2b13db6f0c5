import { createRequire } from "node:module";

/** What the benchmarks use of opossum, which brings no types. */
export interface OpossumBreaker {
  readonly opened: boolean;
  readonly halfOpen: boolean;
  fire(...args: readonly unknown[]): Promise<unknown>;
  on(event: "open" | "close" | "success", listener: () => void): this;
  open(): void;
  close(): void;
  fallback(answer: () => unknown): this;
  healthCheck(check: () => Promise<unknown>, intervalMs: number): void;
  getSignal(): AbortSignal | undefined;
  toJSON(): { readonly state: unknown };
  shutdown(): void;
}

/** The constructor of opossum's breaker. */
export const OpossumBreaker: new (
  action: (...args: never[]) => unknown,
  options?: Readonly<Record<string, unknown>>,
) => OpossumBreaker = createRequire(import.meta.url)("opossum");
