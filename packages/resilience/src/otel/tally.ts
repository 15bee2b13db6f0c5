import { type ErrorCode, errorCodes } from "../errors.ts";
import type { BreakerState } from "../state/breaker-settings.ts";
import type { Statistics } from "../statistics.ts";

/** How a call can end, as an attribute. */
export type CallOutcome = "success" | "fallback" | ErrorCode;
export const callOutcomes: readonly CallOutcome[] = ["success", "fallback", ...errorCodes];

/** The states of a breaker. */
export const breakerStates: readonly BreakerState[] = [
  "closed",
  "open",
  "half-open",
  "forced-open",
  "disabled",
];

/** What only grows. */
export interface Counted {
  readonly calls: Map<CallOutcome, number>;
  attempts: number;
  retries: number;
}

/** What is told of a policy, or of one of its keys: the sums over all states that share these names. */
export interface Tally {
  readonly policy: string;
  readonly key: string;
  readonly counted: Counted;
  /** How many breakers are in which state; empty where there are none. */
  readonly breakers: Map<BreakerState, number>;
  /** Retries that all its budgets would allow now; `null` without one. */
  available: number | null;
  limit: { readonly active: number; readonly waiting: number } | null;
}

/** A tally of nothing. */
export function emptyTally(policy: string, key: string): Tally {
  return { policy, key, counted: emptyCounts(), breakers: new Map(), available: null, limit: null };
}

/** Counts of nothing. */
export function emptyCounts(): Counted {
  return { calls: new Map(), attempts: 0, retries: 0 };
}

/** One tally for each policy and key. Policies without a name share one, so several states may stand behind it. */
export function tallies(statistics: readonly Statistics[]): readonly Tally[] {
  const all = new Map<string, Tally>();
  for (const each of statistics) {
    const id = idOf(each);
    const tally = all.get(id) ?? emptyTally(each.policy, each.key);
    all.set(id, tally);
    addTally(tally, tallyOf(each));
  }
  return [...all.values()];
}

/** What tells tallies apart. */
export function idOf({ policy, key }: { readonly policy: string; readonly key: string }): string {
  return JSON.stringify([policy, key]);
}

/** Adds all that a tally tells to another. */
export function addTally(to: Tally, { counted, breakers, available, limit }: Tally): void {
  addCounts(to.counted, counted);
  for (const [state, count] of breakers) grow(to.breakers, state, count);
  if (available !== null) to.available = (to.available ?? 0) + available;
  if (limit === null) return;
  const { active, waiting } = to.limit ?? { active: 0, waiting: 0 };
  to.limit = { active: active + limit.active, waiting: waiting + limit.waiting };
}

/** Adds counts to others. */
export function addCounts(to: Counted, { calls, attempts, retries }: Counted): void {
  for (const [outcome, count] of calls) grow(to.calls, outcome, count);
  to.attempts += attempts;
  to.retries += retries;
}

function tallyOf({
  policy,
  key,
  successes,
  fallbacks,
  errors,
  attempts,
  retries,
  circuit,
  budget,
  limit,
}: Statistics): Tally {
  const ends = Object.entries({ success: successes, fallback: fallbacks, ...errors });
  const calls = new Map(ends) as Map<CallOutcome, number>;
  const breakers = new Map(circuit === null ? [] : [[circuit, 1]]);
  const available = budget?.available ?? null;
  return { policy, key, counted: { calls, attempts, retries }, breakers, available, limit };
}

function grow<Name>(counts: Map<Name, number>, name: Name, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
