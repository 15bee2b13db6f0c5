import { type Backoff, nextWait, type Random, seededRandom, waitBounds } from "@holdfast/core";

/** A wait that depends on chance: what it is at least, on average and at most. */
export interface WaitFacts {
  readonly minMs: number;
  readonly meanMs: number;
  readonly maxMs: number;
}

/** How finely chance is divided. Waits are straight lines of it but for where the cap bends them, so that this is exact to a hair. */
const steps = 64;

/** Every `steps`-th of what chance may say, each as likely as the others. */
const chances: readonly Random[] = Array.from({ length: steps }, (_, step) => fixed((step + 0.5) / steps));

/** The waits before each retry of a call. The means come from the runtime's own formula, asked with all that chance may say. */
export function waitFacts(backoff: Backoff, retries: number): readonly WaitFacts[] {
  const facts: WaitFacts[] = [];
  let memories: readonly (number | null)[] = [null];
  for (let retry = 0; retry < retries; retry++) {
    const all = memories.flatMap((memory) =>
      chances.map((chance) => nextWait(backoff, retry, memory, chance)),
    );
    const meanMs = mean(all.map(({ waitMs }) => waitMs));
    facts.push({ ...waitBounds(backoff, retry), meanMs });
    memories = thinned(all.flatMap(({ memory }) => memory ?? []));
  }
  return facts;
}

/** As many values as there are steps, neighbours put together, so that looking ahead costs the same at every retry. */
function thinned(memories: readonly number[]): readonly (number | null)[] {
  if (memories.length === 0) return [null];
  const sorted = memories.toSorted((a, b) => a - b);
  const each = sorted.length / steps;
  return chances.map((_, step) => mean(sorted.slice(step * each, (step + 1) * each)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

/** Chance that always says the same. Waits ask for nothing else of it. */
function fixed(share: number): Random {
  return { ...seededRandom(0), next: () => share, between: (lo, hi) => lo + (hi - lo) * share };
}
