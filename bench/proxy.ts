import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { hasWrk, latencies, splitLatencies, throughput } from "./proxy/load.ts";
import type { Bench, BenchResult } from "./result.ts";

/**
 * The fault proxy, recording every exchange, beside a bare pipe and the plain reverse proxy on `node:http`, in turns in one
 * run: the machine drifts, ratios within a run hold. Each process on its own, 64 connections, small answers.
 */
export const bench: Bench = async ({ quick }) => {
  const rounds = quick ? 3 : 7;
  const seconds = quick ? 2 : 5;
  const provider = await start("provider", 0);
  const peers = {
    pipe: await start("pipe", provider.port),
    "node-http": await start("node-http", provider.port),
    holdfast: await start("holdfast", provider.port),
  };
  try {
    const rates = await ratesOf({ direct: provider, ...peers }, rounds, seconds);
    const delays = await delaysOf({ direct: provider, ...peers }, quick ? 5 : 20);
    const split = await splitLatencies(peers.holdfast.port, quick ? 300 : 1000);
    const recorded = await peers.holdfast.recorded();
    const answered = rates.holdfast.total + delays.holdfast.length + split.length;
    return results(rates, delays, { split, recorded, answered });
  } finally {
    for (const role of [provider, ...Object.values(peers)]) role.stop();
  }
};

interface Role {
  readonly port: number;
  recorded(): Promise<number>;
  stop(): void;
}

type Subject = "direct" | "pipe" | "node-http" | "holdfast";
type Rates = Readonly<Record<Subject, { readonly perSecond: number; readonly total: number }>>;
type Delays = Readonly<Record<Subject, readonly number[]>>;

async function start(role: string, providerPort: number): Promise<Role> {
  const execArgv = ["--conditions=@holdfast/source"];
  const child = fork(join(import.meta.dirname, "proxy", "role.ts"), [role, String(providerPort)], {
    execArgv,
  });
  const { port } = await answer<{ port: number }>(child);
  return {
    port,
    async recorded() {
      const told = answer<{ recorded: number }>(child);
      child.send("count");
      return (await told).recorded;
    },
    stop: () => child.kill(),
  };
}

function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as T));
    child.once("exit", (code) => reject(new Error(`A process of the benchmark ended with ${code}.`)));
  });
}

async function ratesOf(roles: Record<Subject, Role>, rounds: number, seconds: number): Promise<Rates> {
  const wrk = hasWrk();
  const seen: Record<Subject, number[]> = { direct: [], pipe: [], "node-http": [], holdfast: [] };
  const subjects = Object.keys(seen) as Subject[];
  const warm: Partial<Record<Subject, number>> = {};
  // Warm, so that compiled code is compared.
  for (const subject of subjects) warm[subject] = await throughput(roles[subject].port, 1, wrk);
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) seen[subject].push(await throughput(roles[subject].port, seconds, wrk));
  }
  const rate = (subject: Subject): Rates[Subject] => ({
    perSecond: median(seen[subject]),
    total: seen[subject].reduce((sum, perSecond) => sum + perSecond * seconds, warm[subject] ?? 0),
  });
  return {
    direct: rate("direct"),
    pipe: rate("pipe"),
    "node-http": rate("node-http"),
    holdfast: rate("holdfast"),
  };
}

/** One connection, one request after another; in blocks that take turns, so that a disturbance meets all alike. */
async function delaysOf(roles: Record<Subject, Role>, blocks: number): Promise<Delays> {
  const seen: Record<Subject, number[]> = { direct: [], pipe: [], "node-http": [], holdfast: [] };
  for (let block = 0; block < blocks; block++) {
    for (const subject of Object.keys(seen) as Subject[]) {
      seen[subject].push(...(await latencies(roles[subject].port, 300)));
    }
  }
  return seen;
}

function results(
  rates: Rates,
  delays: Delays,
  own: { readonly split: readonly number[]; readonly recorded: number; readonly answered: number },
): BenchResult[] {
  const added = (subject: Subject): number => (median(delays[subject]) - median(delays.direct)) * 1000;
  const recordedShare = own.recorded / own.answered;
  const slow = own.split.filter((tookMs) => tookMs >= 35).length / own.split.length;
  return [
    rateResult("holdfast/throughput-recording", rates, "node-http", 1),
    rateResult("holdfast/throughput-recording-vs-pipe", rates, "pipe", null),
    {
      id: "node-http/throughput",
      value: rates["node-http"].perSecond,
      unit: "requests/s",
      against: "direct",
      ratio: rates["node-http"].perSecond / rates.direct.perSecond,
      target: "none",
      met: true,
    },
    {
      id: "holdfast/added-p50",
      value: added("holdfast"),
      unit: "µs",
      against: "node-http",
      ratio: added("holdfast") / added("node-http"),
      target: "no more than node-http's",
      met: added("holdfast") <= added("node-http"),
    },
    {
      id: "holdfast/small-packet-delays",
      value: slow * 100,
      unit: "% of exchanges in two writes took 35 ms or more",
      against: "no 40 ms mode",
      ratio: null,
      target: "at most 1 %",
      met: slow <= 0.01,
    },
    {
      id: "holdfast/recorded",
      value: recordedShare * 100,
      unit: "% of the answers were recorded as exchanges",
      against: "answers counted by the load generator",
      ratio: null,
      target: "at least 97 % (the generator counts by its rate)",
      met: recordedShare >= 0.97,
    },
  ];
}

function rateResult(id: string, rates: Rates, peer: Subject, least: number | null): BenchResult {
  const value = rates.holdfast.perSecond;
  const ratio = value / rates[peer].perSecond;
  const target = least === null ? "none" : `at least ${least.toFixed(1)} ×`;
  return {
    id,
    value,
    unit: "requests/s",
    against: peer,
    ratio,
    target,
    met: least === null || ratio >= least,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
