import type { Drained } from "./child.ts";
import type { ContenderName } from "./contenders/index.ts";
import { type Remote, start } from "./processes.ts";

/** How many messages each contender relays in a round. Slow ones get fewer: their rate is the same, and the round ends. */
export type Counts = Readonly<Partial<Record<ContenderName, number>>>;

/** What was measured of a contender: a value for each round. */
export type Rates = ReadonlyMap<ContenderName, readonly Drained[]>;

/**
 * Rounds in which all contenders take turns, forwards and backwards, so that a slow moment of the machine hits all alike. What arrived is
 * counted after each turn: a relay that is fast because it loses messages fails the run.
 */
export async function measureRates(
  run: string,
  counts: Counts,
  rounds: number,
  progress: (line: string) => void,
): Promise<Rates> {
  const remotes = await Promise.all((Object.keys(counts) as ContenderName[]).map((name) => start(run, name)));
  const countOf = ({ name }: Remote): number => counts[name] ?? 0;
  const rates = new Map<ContenderName, readonly Drained[]>(remotes.map(({ name }) => [name, []]));
  try {
    // Warm, so that compiled code and filled caches are compared: a process that has relayed nothing yet takes twice as long over a message.
    for (const remote of remotes) await turn(remote, countOf(remote));
    for (let round = 0; round < rounds; round++)
      for (const remote of round % 2 === 0 ? remotes : remotes.toReversed()) {
        const drained = await turn(remote, countOf(remote));
        rates.set(remote.name, [...(rates.get(remote.name) ?? []), drained]);
        const { perSecond, cpuMicros } = drained;
        progress(
          `round ${round + 1} of ${rounds}, ${remote.name}: ${Math.round(perSecond)} messages/s, ${cpuMicros.toFixed(0)} µs of its CPU each`,
        );
      }
  } finally {
    for (const remote of remotes) await remote.end();
  }
  return rates;
}

async function turn(remote: Remote, count: number): Promise<Drained> {
  await remote.fill(count);
  const drained = await remote.drain(count);
  const arrived = await remote.arrived();
  if (arrived < count) throw new Error(`${remote.name} relayed ${count} messages, and ${arrived} arrived`);
  await remote.purge();
  return drained;
}

/** The median of a contender's rounds. */
export function perSecond(rates: Rates, name: ContenderName): number {
  return median((rates.get(name) ?? []).map((one) => one.perSecond));
}

/** The median over the rounds of a contender's rate by another's of the same round: what the machine did to both cancels out. */
export function ratioOf(rates: Rates, name: ContenderName, against: ContenderName): number {
  const others = rates.get(against) ?? [];
  return median(
    (rates.get(name) ?? []).map((one, round) => one.perSecond / (others[round]?.perSecond ?? Number.NaN)),
  );
}

/** The one in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
