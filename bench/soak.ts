import { getEventListeners } from "node:events";
import { type Random, seededRandom } from "../packages/core/src/index.ts";
import { type CallContext, createRuntime, policy, resilient } from "../packages/resilience/src/index.ts";
import { settledHeap } from "./resilience/measure.ts";
import type { Bench, BenchResult } from "./result.ts";

const callsPerSecond = 5_000;
const stepMs = 10;

/**
 * Ten minutes at 5,000 calls per second through a full policy, with every kind of failure, hangs that heed the signal and hangs that do
 * not, and callers who give up: afterwards nothing may be left. `--quick` is half a minute of the same.
 */
export const bench: Bench = async ({ quick }) => {
  let unhandled = 0;
  const count = (): void => {
    unhandled++;
  };
  process.on("unhandledRejection", count);
  const runtime = createRuntime();
  const { signal } = new AbortController();
  const before = timers();
  const call = resilient(everything, provider(), { runtime });
  const ends = new Map<string, number>();
  const halves: number[] = [];
  const seconds = quick ? 30 : 600;
  const note = (code: string): void => void ends.set(code, (ends.get(code) ?? 0) + 1);
  for (const half of [1, 2]) {
    await load(seconds / 2, (index) => {
      const gone = index % 50 === 0 ? AbortSignal.abort("gone") : signal;
      return call.outcome({ signal: gone }, index).then((end) => note(end.ok ? "ok" : end.error.code));
    });
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    halves.push(settledHeap());
    console.error(`soak: half ${half} of 2 done, ${[...ends.values()].reduce((a, b) => a + b, 0)} calls`);
  }
  const [statistics] = runtime.statistics();
  const made = seconds * callsPerSecond;
  const ended = [...ends.values()].reduce((sum, each) => sum + each, 0);
  const left = { timers: timers() - before, listeners: getEventListeners(signal, "abort").length };
  runtime.dispose();
  process.off("unhandledRejection", count);
  console.error(`soak: ${[...ends].map(([code, times]) => `${code} ${times}`).join(", ")}`);
  return [
    none("calls that never ended", made - ended, "calls"),
    none("unhandled rejections", unhandled, "rejections"),
    none("timers left", left.timers, "timers"),
    none("listeners left on the callers' signal", left.listeners, "listeners"),
    none("places left", statistics?.limit?.active ?? Number.NaN, "places"),
    none("calls left in the queue", statistics?.limit?.waiting ?? Number.NaN, "calls"),
    grown(halves[0] ?? Number.NaN, halves[1] ?? Number.NaN),
    kinds(ends),
  ];
};

const everything = policy({
  name: "bench.soak",
  deadline: "1s",
  attemptTimeout: "200ms",
  idempotent: true,
  retry: { attempts: 3, backoff: { base: "20ms", cap: "100ms" } },
  budget: { ratio: 0.05 },
  breaker: {
    window: "1s",
    failureRate: 0.5,
    slow: { over: "150ms", rate: 0.9 },
    open: { base: "200ms", cap: "1s" },
  },
  limit: { concurrent: 300, queue: 50, maxWait: "100ms" },
  rate: { calls: 5_050, burst: 120 },
});

type Behaviour = (context: CallContext, index: number, random: Random) => unknown;

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What a provider does, and up to which draw it does it. */
const behaviours: readonly { readonly upTo: number; readonly does: Behaviour }[] = [
  { upTo: 0.5, does: (_, index) => index },
  { upTo: 0.75, does: (_, index) => Promise.resolve(index) },
  { upTo: 0.88, does: (_context, _index, random) => later(random.between(1, 30)) },
  { upTo: 0.94, does: () => Promise.reject(Object.assign(new Error("reset"), { code: "ECONNRESET" })) },
  { upTo: 0.95, does: () => Promise.reject(new TypeError("a mistake of ours")) },
  {
    upTo: 0.96,
    does: () => {
      throw Object.assign(new Error("refused"), { code: "ECONNREFUSED", syscall: "connect" });
    },
  },
  { upTo: 0.97, does: () => ({ status: 429, headers: { "retry-after": "0" } }) },
  { upTo: 0.985, does: (context) => heeding(context.signal) },
  { upTo: 1, does: () => later(400) },
];

/** A provider in which everything goes wrong now and then, and all of it in one second of ten. */
function provider(): (context: CallContext, index: number) => unknown {
  const random = seededRandom(1);
  return (context, index) => {
    const isOut = Math.floor(index / callsPerSecond) % 10 === 9;
    const draw = isOut ? random.between(0.88, 1) : random.next();
    return behaviours.find(({ upTo }) => draw <= upTo)?.does(context, index, random);
  };
}

function heeding(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Begins calls at an even rate, catching up where the machine could not keep it. */
async function load(seconds: number, make: (index: number) => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  const total = seconds * callsPerSecond;
  for (let made = 0; made < total; ) {
    const due = Math.min(total, ((performance.now() - startedMs) / 1_000) * callsPerSecond);
    for (; made < due; made++) void make(made);
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
}

function none(id: string, value: number, unit: string): BenchResult {
  return { id, value, unit, against: "", ratio: null, target: "0", met: value === 0 };
}

function grown(first: number, last: number): BenchResult {
  const ratio = last / first;
  const against = "the heap at half-time";
  return {
    id: "heap at the end",
    value: last,
    unit: "B",
    against,
    ratio,
    target: "at most 1.05 ×",
    met: ratio <= 1.05,
  };
}

/** A soak in which nothing goes wrong shows nothing. */
function kinds(ends: ReadonlyMap<string, number>): BenchResult {
  const wanted = ["ok", "EXHAUSTED", "FAILED", "ABORTED", "OPEN", "BUDGET", "RATE", "FULL"];
  const seen = wanted.filter((code) => (ends.get(code) ?? 0) > 0);
  const target = `${wanted.length} of ${wanted.join(", ")}`;
  return {
    id: "kinds of ends that were seen",
    value: seen.length,
    unit: "kinds",
    against: "",
    ratio: null,
    target,
    met: seen.length >= wanted.length - 1,
  };
}
