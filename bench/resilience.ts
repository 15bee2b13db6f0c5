import { successCases } from "./resilience/cases.ts";
import { type Cost, measure } from "./resilience/measure.ts";
import { failures, oneSignal, pending, refusals } from "./resilience/scenes.ts";
import type { Bench, BenchResult } from "./result.ts";

/**
 * What a policy costs, in CPU time as a ratio to `await noop()` and to each peer in one run, and in bytes per call: on the success
 * path, at an open circuit, under failure, with very many calls pending, and over very many calls on one signal.
 */
export const bench: Bench = async ({ quick }) => {
  const options = quick ? { rounds: 5, callsPerRound: 50_000 } : { rounds: 12, callsPerRound: 200_000 };
  return [
    ...successResults(await measure(successCases(), options)),
    ...refusalResults(await refusals(options)),
    ...failureResults(await failures(options)),
    ...pendingResults(await pending(100_000)),
    flatness(await oneSignal(quick ? 1_000_000 : 10_000_000)),
  ];
};

type Costs = Readonly<Record<string, Cost>>;

const bare = "await noop()";

function of(costs: Costs, name: string): Cost {
  const cost = costs[name];
  if (cost === undefined) throw new Error(`nothing was measured for ${name}`);
  return cost;
}

function successResults(costs: Costs): readonly BenchResult[] {
  const base = of(costs, bare);
  const full = of(costs, "full pipeline");
  const chain = of(costs, "cockatiel chain of five");
  return [
    ...Object.entries(costs).map(([name, { ns }]) => shown(`success: ${name}`, ns, base.ns)),
    ...Object.entries(costs).map(([name, { bytes }]) => bytesShown(`success: ${name}`, bytes)),
    timesAtMost("full pipeline", full.ns, base.ns, 4),
    bytesAtMost("full pipeline", full.bytes, 800),
    timesAtMost("no-op policy", of(costs, "no-op policy").ns, base.ns, 1.3),
    partAtMost("full pipeline, time", full.ns, "ns", { peer: chain.ns, name: "cockatiel's chain", part: 30 }),
    partAtMost("full pipeline, bytes", full.bytes, "B", {
      peer: chain.bytes,
      name: "cockatiel's chain",
      part: 9,
    }),
    partAtMost("full pipeline, time", full.ns, "ns", {
      peer: of(costs, "opossum breaker").ns,
      name: "opossum's single breaker",
      part: 2,
    }),
  ];
}

function refusalResults(costs: Costs): readonly BenchResult[] {
  const base = of(costs, bare).ns;
  return [
    timesAtMost("open circuit, outcome", of(costs, "outcome").ns, base, 2),
    shown("open circuit, throw and catch", of(costs, "throw").ns, base),
  ];
}

function failureResults(costs: Costs): readonly BenchResult[] {
  const small = of(costs, "100 calls").ns;
  return [
    timesAtMost(
      "failure, a window of 100,000 calls",
      of(costs, "100,000 calls").ns,
      small,
      1.25,
      "a window of 100",
    ),
    timesAtMost("failure, a window of an hour", of(costs, "an hour").ns, small, 1.25, "a window of 100"),
    shown("failure, a window of 100 calls", small, of(costs, "bare").ns, "a bare failure"),
  ];
}

function pendingResults(held: Awaited<ReturnType<typeof pending>>): readonly BenchResult[] {
  return [
    {
      id: "100,000 pending calls, native timers",
      value: held.native,
      unit: "timers",
      against: "distinct durations",
      ratio: held.native / 2,
      target: "one for each of 2",
      met: held.native <= 2,
    },
    bytesShown(
      "100,000 releasable promises and nothing else, each beyond a bare pending promise",
      held.releasableBytes - held.bareBytes,
    ),
    bytesAtMost(
      "100,000 pending calls, each beyond a bare pending promise",
      held.bytes - held.bareBytes,
      300,
    ),
  ];
}

function flatness(heap: Awaited<ReturnType<typeof oneSignal>>): BenchResult {
  const ratio = heap.lastBytes / heap.firstBytes;
  return {
    id: "heap after all calls on one signal",
    value: heap.lastBytes,
    unit: "B",
    against: "after a tenth of them",
    ratio,
    target: "at most 1.05 ×",
    met: ratio <= 1.05,
  };
}

function shown(id: string, ns: number, baseNs: number, against = bare): BenchResult {
  return { id, value: ns, unit: "ns", against, ratio: ns / baseNs, target: "for comparison", met: true };
}

function bytesShown(id: string, bytes: number): BenchResult {
  return { id, value: bytes, unit: "B", against: "", ratio: null, target: "for comparison", met: true };
}

function timesAtMost(id: string, ns: number, peer: number, times: number, against = bare): BenchResult {
  const ratio = ns / peer;
  return { id, value: ns, unit: "ns", against, ratio, target: `at most ${times} ×`, met: ratio <= times };
}

function partAtMost(
  id: string,
  value: number,
  unit: string,
  { peer, name, part }: { readonly peer: number; readonly name: string; readonly part: number },
): BenchResult {
  const ratio = value / peer;
  return { id, value, unit, against: name, ratio, target: `at most 1/${part}`, met: ratio <= 1 / part };
}

function bytesAtMost(id: string, bytes: number, most: number): BenchResult {
  return {
    id,
    value: bytes,
    unit: "B",
    against: "",
    ratio: null,
    target: `at most ${most} B`,
    met: bytes <= most,
  };
}
