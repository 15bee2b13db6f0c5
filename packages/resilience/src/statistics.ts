import type { Counts } from "./counters.ts";
import type { Histogram } from "./histogram.ts";
import type { BreakerState } from "./state/breaker-settings.ts";

/** What a runtime tells of a policy and key. */
export interface Statistics extends Counts {
  readonly policy: string;
  /** The keys of its state, joined by a comma; empty where it has none. */
  readonly key: string;
  /** The state of the breaker; `null` without one. */
  readonly circuit: BreakerState | null;
  /** Calls that have a place, and calls that wait for one; `null` without a limit. */
  readonly limit: { readonly active: number; readonly waiting: number } | null;
  /** How many retries the budget would allow now; `null` without one. */
  readonly budget: { readonly available: number } | null;
  /** Milliseconds below which half, nine tenths and 99 % of the successful calls stayed; 0 before the first. */
  readonly latency: { readonly p50Ms: number; readonly p90Ms: number; readonly p99Ms: number };
}

/** The latencies that are told of those that were recorded. */
export function latencyOf(recorded: Histogram): Statistics["latency"] {
  return {
    p50Ms: recorded.quantile(0.5),
    p90Ms: recorded.quantile(0.9),
    p99Ms: recorded.quantile(0.99),
  };
}
