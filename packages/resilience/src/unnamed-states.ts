import type { PolicyState } from "./call/policy-state.ts";
import type { PolicyStates } from "./call/policy-states.ts";
import type { Counters, Counts } from "./counters.ts";
import { Histogram } from "./histogram.ts";
import { latencyOf, type Statistics } from "./statistics.ts";

/** The states of one policy, for as long as a function is under it. */
interface Unnamed {
  readonly states: WeakRef<PolicyStates>;
  /** `null` where the states are parted by keys: what is counted for a key goes with it. */
  readonly counters: Counters | null;
}

/**
 * The states of policies without a name. Nobody can come back to such a policy, so its states go with the functions that are under
 * it: who makes policies all the time would fill the memory otherwise. What those counted stays, as one sum, since whoever reads a
 * counter takes a smaller value for a restart.
 */
export class UnnamedStates {
  private readonly living = new Set<Unnamed>();
  private readonly registry = new FinalizationRegistry<Unnamed>((one) => this.forget(one));
  /** A function without keys holds on to its one state alone, and so to the states that it is of. */
  private readonly statesOf = new WeakMap<PolicyState, PolicyStates>();
  private gone: Counts | null = null;
  private readonly goneLatency = new Histogram();

  add(states: PolicyStates): void {
    const only = states.keyNames.length === 0 ? states.of([]) : null;
    if (only !== null) this.statesOf.set(only, states);
    const one: Unnamed = { states: new WeakRef(states), counters: only?.counters ?? null };
    this.living.add(one);
    this.registry.register(states, one);
  }

  /** The states that a function is under. */
  all(): readonly PolicyStates[] {
    const all: PolicyStates[] = [];
    for (const one of this.living) {
      const states = one.states.deref();
      if (states === undefined) this.forget(one);
      else all.push(states);
    }
    return all;
  }

  /** In one, what those counted of which no function is left; nothing where there is nothing. */
  statisticsOfGone(): readonly Statistics[] {
    if (this.gone === null) return [];
    const latency = latencyOf(this.goneLatency);
    return [{ policy: unnamed, key: "", ...this.gone, circuit: null, limit: null, budget: null, latency }];
  }

  private forget(one: Unnamed): void {
    // The registry may come after somebody has looked.
    if (!this.living.delete(one) || one.counters === null) return;
    const { counters } = one;
    const counts = counters.counts();
    if (counts.calls === 0) return;
    this.gone = this.gone === null ? counts : sumOf(this.gone, counts);
    this.goneLatency.add(counters.latency);
  }
}

/** What a policy without a name is called where it is told of. */
export const unnamed = "call";

function sumOf(one: Counts, other: Counts): Counts {
  const codes = Object.keys({ ...one.errors, ...other.errors }) as (keyof Counts["errors"])[];
  return {
    calls: one.calls + other.calls,
    successes: one.successes + other.successes,
    fallbacks: one.fallbacks + other.fallbacks,
    attempts: one.attempts + other.attempts,
    attemptFailures: one.attemptFailures + other.attemptFailures,
    retries: one.retries + other.retries,
    errors: Object.fromEntries(
      codes.map((code) => [code, (one.errors[code] ?? 0) + (other.errors[code] ?? 0)]),
    ),
  };
}
