import { addCounts, addTally, type Counted, emptyCounts, emptyTally, idOf, type Tally } from "./tally.ts";

/**
 * Tallies of whole policies, over all their keys. A runtime forgets the least used of its keys with what was counted for them; the sums
 * must not fall by that, since whoever reads a counter takes a smaller value for a restart. So what is gone is remembered here, as it
 * was when it was last looked at.
 */
export class PolicySums {
  private before = new Map<string, Tally>();
  private readonly gone = new Map<string, Counted>();

  /** Sums up tallies of keys by policy. */
  of(tallies: readonly Tally[]): readonly Tally[] {
    this.remember(tallies);
    const sums = new Map<string, Tally>();
    for (const tally of tallies) {
      const sum = sums.get(tally.policy) ?? emptyTally(tally.policy, "");
      sums.set(tally.policy, sum);
      addTally(sum, tally);
    }
    for (const [policy, counted] of this.gone) {
      const sum = sums.get(policy);
      if (sum !== undefined) addCounts(sum.counted, counted);
    }
    return [...sums.values()];
  }

  private remember(tallies: readonly Tally[]): void {
    const now = new Map(tallies.map((tally) => [idOf(tally), tally]));
    for (const [id, tally] of this.before) {
      const later = now.get(id);
      // With fewer calls than before it is another one, made anew for a key that came back.
      if (later !== undefined && callsOf(later) >= callsOf(tally)) continue;
      const counted = this.gone.get(tally.policy) ?? emptyCounts();
      this.gone.set(tally.policy, counted);
      addCounts(counted, tally.counted);
    }
    this.before = now;
  }
}

function callsOf({ counted }: Tally): number {
  let calls = 0;
  for (const count of counted.calls.values()) calls += count;
  return calls;
}
