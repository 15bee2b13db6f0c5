import type { PolicyState } from "./policy-state.ts";

/** How many of the oldest are looked at to find one that can be forgotten. */
const searchMax = 16;

/**
 * The states of one policy by key, the latest `keysMax` of them. A state with calls under way is never forgotten, and one whose
 * circuit is not closed only if there is no other among the oldest: it is the memory of a failure.
 */
export class KeyedStates {
  private readonly states = new Map<string, PolicyState>();
  private readonly keysMax: number;
  private readonly make: (key: string) => PolicyState;
  private readonly now: () => number;

  constructor(keysMax: number, make: (key: string) => PolicyState, now: () => number) {
    this.keysMax = keysMax;
    this.make = make;
    this.now = now;
  }

  get size(): number {
    return this.states.size;
  }

  of(key: string): PolicyState {
    const known = this.states.get(key);
    if (known !== undefined) {
      // Moving it to the end costs more than finding it, and matters only where something will have to go.
      if (this.states.size * 2 > this.keysMax) this.touch(key, known);
      return known;
    }
    if (this.states.size >= this.keysMax) this.forgetOne();
    const state = this.make(key);
    this.states.set(key, state);
    return state;
  }

  all(): readonly PolicyState[] {
    return [...this.states.values()];
  }

  private touch(key: string, state: PolicyState): void {
    this.states.delete(key);
    this.states.set(key, state);
  }

  private forgetOne(): void {
    const idle: [string, PolicyState][] = [];
    let searched = 0;
    for (const entry of this.states) {
      if (!entry[1].counters.isUnderWay) idle.push(entry);
      if (++searched >= searchMax && idle.length > 0) break;
    }
    const nowMs = this.now();
    const closed = idle.find(([, { breaker }]) => breaker === null || breaker.state(nowMs) === "closed");
    const [key] = closed ?? idle[0] ?? [];
    if (key !== undefined) this.states.delete(key);
  }
}
