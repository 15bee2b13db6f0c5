import { bodies, hasWrk, idleConnections, latencies, splitLatencies, throughput } from "./proxy/load.ts";
import { type Role, start, startPeers } from "./proxy/processes.ts";
import { atLeast, atMost, shown } from "./proxy/rows.ts";
import type { Bench, BenchResult } from "./result.ts";

/**
 * The fault proxy, recording every exchange, beside a bare pipe, the plain reverse proxy on `node:http`, mockttp and (where its
 * binary is on the path) Toxiproxy, in turns in one run: the machine drifts, ratios within a run hold. Each process on its own, 64
 * connections, small answers; then many idle connections, and large bodies.
 */
export const bench: Bench = async ({ quick }) => {
  const provider = await start("provider", 0);
  const peers = await startPeers(provider.port);
  const roles = new Map<string, Role>([["direct", provider], ...peers]);
  const own = roles.get("holdfast") as Role;
  try {
    const rates = await ratesOf(roles, quick ? 3 : 7, quick ? 2 : 5);
    const delays = await delaysOf(roles, quick ? 5 : 20);
    const split = await splitLatencies(own.port, quick ? 300 : 1000);
    const { recorded } = await own.tell();
    const answered = rates.total("holdfast") + (delays.get("holdfast")?.length ?? 0) + split.length;
    return [
      ...rateRows(rates),
      ...delayRows(delays),
      ...splitRows(split),
      recordedRow(recorded / answered),
      ...(await idleRows(own, quick ? 1_000 : 5_000)),
      ...(await bodyRows(own, quick ? 200e6 : 1e9)),
    ];
  } finally {
    for (const role of roles.values()) role.stop();
  }
};

interface Rates {
  perSecond(subject: string): number;
  total(subject: string): number;
  readonly subjects: readonly string[];
}

async function ratesOf(roles: ReadonlyMap<string, Role>, rounds: number, seconds: number): Promise<Rates> {
  const wrk = hasWrk();
  const seen = new Map<string, number[]>();
  const warm = new Map<string, number>();
  // Warm, so that compiled code is compared.
  for (const [subject, { port }] of roles) warm.set(subject, await throughput(port, 1, wrk));
  for (let round = 0; round < rounds; round++) {
    for (const [subject, { port }] of roles) {
      seen.set(subject, [...(seen.get(subject) ?? []), await throughput(port, seconds, wrk)]);
    }
  }
  return {
    subjects: [...roles.keys()],
    perSecond: (subject) => median(seen.get(subject) ?? []),
    total: (subject) =>
      (seen.get(subject) ?? []).reduce((sum, rate) => sum + rate * seconds, warm.get(subject) ?? 0),
  };
}

/** One connection, one request after another; in blocks that take turns, so that a disturbance meets all alike. */
async function delaysOf(
  roles: ReadonlyMap<string, Role>,
  blocks: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const seen = new Map<string, number[]>();
  for (let block = 0; block < blocks; block++) {
    for (const [subject, { port }] of roles) {
      seen.set(subject, [...(seen.get(subject) ?? []), ...(await latencies(port, 300))]);
    }
  }
  return seen;
}

function rateRows(rates: Rates): BenchResult[] {
  const own = { value: rates.perSecond("holdfast"), unit: "requests/s" };
  const rows = [
    atLeast("holdfast/throughput-recording-vs-pipe", own, ["pipe", rates.perSecond("pipe")], 0.6),
    atLeast("holdfast/throughput-recording", own, ["node-http", rates.perSecond("node-http")], 4),
    atLeast("holdfast/throughput-recording-vs-mockttp", own, ["mockttp", rates.perSecond("mockttp")], 1),
  ];
  if (rates.subjects.includes("toxiproxy")) {
    rows.push(
      atLeast(
        "holdfast/throughput-recording-vs-toxiproxy",
        own,
        ["toxiproxy", rates.perSecond("toxiproxy")],
        0.6,
      ),
    );
  }
  const others = rates.subjects
    .filter((subject) => subject !== "holdfast" && subject !== "direct")
    .map((subject) =>
      shown(`${subject}/throughput`, { value: rates.perSecond(subject), unit: "requests/s" }, [
        "direct",
        rates.perSecond("direct"),
      ]),
    );
  return [...rows, ...others];
}

function delayRows(delays: ReadonlyMap<string, readonly number[]>): BenchResult[] {
  const direct = median(delays.get("direct") ?? []);
  const added = (subject: string) => (median(delays.get(subject) ?? []) - direct) * 1_000;
  const own = { value: added("holdfast"), unit: "µs" };
  const beyondPipe = { value: added("holdfast") - added("pipe"), unit: "µs more than the pipe" };
  return [
    atMost("holdfast/added-p50", own, ["node-http", added("node-http")], 1),
    {
      id: "holdfast/added-p50-vs-pipe",
      ...beyondPipe,
      against: "pipe",
      ratio: own.value / added("pipe"),
      target: "at most the pipe's + 30 µs",
      met: beyondPipe.value <= 30,
    },
    ...["pipe", "node-http", "mockttp", "toxiproxy"]
      .filter((subject) => delays.has(subject))
      .map((subject) => shown(`${subject}/added-p50`, { value: added(subject), unit: "µs" }, null)),
  ];
}

function splitRows(split: readonly number[]): BenchResult[] {
  const slow = split.filter((tookMs) => tookMs >= 35).length / split.length;
  return [
    {
      id: "holdfast/small-packet-delays",
      value: slow * 100,
      unit: "% of exchanges in two writes took 35 ms or more",
      against: "no 40 ms mode",
      ratio: null,
      target: "at most 1 %",
      met: slow <= 0.01,
    },
  ];
}

function recordedRow(share: number): BenchResult {
  return {
    id: "holdfast/recorded",
    value: share * 100,
    unit: "% of the answers were recorded as exchanges",
    against: "answers counted by the load generator",
    ratio: null,
    target: "at least 97 % (the generator counts by its rate)",
    met: share >= 0.97,
  };
}

/** Many connections that do nothing: what each keeps, and whether another one is still served. */
async function idleRows(own: Role, count: number): Promise<BenchResult[]> {
  const before = (await own.tell()).rssBytes;
  const idle = await idleConnections(own.port, count);
  const kept = ((await own.tell()).rssBytes - before) / count;
  const beside = median(await latencies(own.port, 200));
  idle.close();
  return [
    {
      id: "holdfast/idle-connections",
      value: idle.open,
      unit: "idle connections were held",
      against: `${count} asked for, each after one request`,
      ratio: null,
      target: `all ${count}`,
      met: idle.open === count,
    },
    shown("holdfast/idle-connection-memory", { value: kept / 1_024, unit: "KiB of RSS each" }, null),
    shown(
      "holdfast/latency-beside-idle",
      { value: beside * 1_000, unit: "µs, median of one connection" },
      null,
    ),
  ];
}

/** The memory that a proxy process of ours may have under any amount of body traffic. */
const rssLimitMb = 256;

/** Large bodies through the proxy: they pass, and are not kept. */
async function bodyRows(own: Role, bytes: number): Promise<BenchResult[]> {
  let most = 0;
  const watch = setInterval(() => {
    void own.tell().then(({ rssBytes }) => {
      most = Math.max(most, rssBytes);
    });
  }, 200);
  const took = await bodies(own.port, bytes);
  clearInterval(watch);
  most = Math.max(most, (await own.tell()).rssBytes);
  return [
    {
      id: "holdfast/rss-under-bodies",
      value: most / 1e6,
      unit: `MB of RSS at most, while ${Math.round(bytes / 1e6)} MB of bodies passed`,
      against: "the stated limit",
      ratio: null,
      target: `at most ${rssLimitMb} MB`,
      met: most / 1e6 <= rssLimitMb,
    },
    shown("holdfast/body-rate", { value: bytes / 1e6 / (took / 1_000), unit: "MB/s" }, null),
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
