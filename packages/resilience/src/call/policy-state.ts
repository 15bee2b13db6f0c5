import { Counters } from "../counters.ts";
import type { CallError } from "../errors.ts";
import type { Breaker } from "../state/breaker.ts";
import type { RetryBudget } from "../state/budget.ts";
import type { Bulkhead, Waiter } from "../state/bulkhead.ts";
import type { RateLimit } from "../state/rate.ts";

/** What the calls of one policy and key share. A part that the policy does not declare is `null`. */
export class PolicyState {
  readonly key: string;
  readonly breaker: Breaker | null;
  readonly budget: RetryBudget | null;
  readonly bulkhead: Bulkhead<Waiter> | null;
  readonly rate: RateLimit | null;
  readonly counters: Counters = new Counters();
  /** The error of a circuit that is open now, one for all calls that it refuses. */
  refusal: { readonly untilMs: number; readonly error: CallError; readonly outcome: object } | null = null;

  constructor(key: string, parts: Parts) {
    this.key = key;
    this.breaker = parts.breaker;
    this.budget = parts.budget;
    this.bulkhead = parts.bulkhead;
    this.rate = parts.rate;
  }
}

/** The parts of a state; each may be shared by several states, where its own key is coarser. */
export interface Parts {
  readonly breaker: Breaker | null;
  readonly budget: RetryBudget | null;
  readonly bulkhead: Bulkhead<Waiter> | null;
  readonly rate: RateLimit | null;
}
