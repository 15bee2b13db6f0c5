import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** One thing that is called again and again. */
export type Call = () => Promise<unknown>;

/** What one call costs: the least over rounds, for what disturbs a measurement only ever adds. */
export interface Cost {
  readonly ns: number;
  readonly bytes: number;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Measures all cases in turn, round by round, so that a change of the machine's speed meets them alike. CPU time, not wall time. */
export async function measure(
  cases: Readonly<Record<string, Call>>,
  { rounds, callsPerRound }: { readonly rounds: number; readonly callsPerRound: number },
): Promise<Readonly<Record<string, Cost>>> {
  const ns: Record<string, number> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, call] of Object.entries(cases)) {
      const calls = callsIn(call, callsPerRound, ns[name]);
      await repeat(call, calls / 10);
      const before = process.cpuUsage();
      await repeat(call, calls);
      const { user, system } = process.cpuUsage(before);
      ns[name] = Math.min(ns[name] ?? Number.POSITIVE_INFINITY, ((user + system) * 1_000) / calls);
    }
  }
  const costs: Record<string, Cost> = {};
  for (const [name, call] of Object.entries(cases)) {
    costs[name] = { ns: ns[name] ?? 0, bytes: await bytesOf(call) };
  }
  return costs;
}

/** Slow cases are called less often, for the same precision in less time. */
function callsIn(_call: Call, wanted: number, knownNs: number | undefined): number {
  if (knownNs === undefined || knownNs < 1_000) return wanted;
  return Math.max(1_000, Math.round((wanted * 1_000) / knownNs));
}

async function repeat(call: Call, times: number): Promise<void> {
  for (let index = 0; index < times; index++) await call();
}

/** Bytes that a call allocates: few enough calls that no collection comes in between. */
async function bytesOf(call: Call): Promise<number> {
  const calls = 100;
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    await repeat(call, 50);
    collect();
    const before = process.memoryUsage().heapUsed;
    await repeat(call, calls);
    const grown = (process.memoryUsage().heapUsed - before) / calls;
    if (grown > 0) least = Math.min(least, grown);
  }
  return Math.round(least);
}

/** Bytes that are held per pending thing: the heap after a collection, with `count` of them and without. */
export function heldBytes(count: number, make: (count: number) => unknown): number {
  collect();
  const before = process.memoryUsage().heapUsed;
  const held = make(count);
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / count;
  if (held === null) throw new Error("nothing is held");
  return Math.round(bytes);
}

/** The heap after a collection. */
export function settledHeap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
