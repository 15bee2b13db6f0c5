import { createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { OpossumBreaker } from "../resilience/opossum.ts";
import { type Defect, ours, type Run, type Seen } from "./scenario.ts";
import { counted, ended, fails, forever, later, watch } from "./support.ts";

/** Ten executions of eleven fail; twenty calls more are not executed. */
async function notThinned(
  notExecuted: () => Promise<void>,
  execute: (work: () => Promise<string>) => Promise<unknown>,
): Promise<Seen> {
  await ended(execute(async () => "answer"));
  await notExecuted();
  for (let count = 0; count < 10; count++) await ended(execute(fails));
  const open = (await ended(execute(async () => "late"))).value !== "late";
  const seen = `10 of 11 executions failed beside 20 calls that were not executed: ${open ? "open" : "closed"}`;
  return { right: open, seen };
}

const opossumHits: Run = async () => {
  let made = 0;
  const breaker = new OpossumBreaker((_key: string, work: () => unknown) => work(), {
    cache: true,
    cacheGetKey: (key: string) => key,
    volumeThreshold: 11,
  });
  const hit = async (): Promise<void> => {
    for (let count = 0; count < 20; count++) await breaker.fire("key 1", () => "hit");
  };
  const seen = await notThinned(hit, (work) => breaker.fire(`key ${++made}`, work));
  breaker.shutdown();
  return seen;
};

const ownRefusals: Run = async () => {
  const runtime = createRuntime();
  const document = policy({
    name: "thinned",
    limit: { concurrent: 1 },
    breaker: { minCalls: 11, failureRate: 0.5, open: { base: 10_000, cap: 10_000 } },
  });
  const call = resilient(document, (_context, work: () => Promise<string>) => work(), { runtime });
  const refused = async (): Promise<void> => {
    const place = Promise.withResolvers<string>();
    // The one that holds the place is aborted, so that it counts for nothing.
    const holder = new AbortController();
    const held = watch(call.with({ signal: holder.signal }, () => place.promise));
    for (let count = 0; count < 20; count++) await ended(call(forever));
    holder.abort();
    place.resolve("gone");
    await held.end;
  };
  const seen = await notThinned(refused, (work) => call(work));
  runtime.dispose();
  return seen;
};

/** An interval cannot be stopped from outside, so those that are made meanwhile are caught. */
async function catching(make: () => void): Promise<() => void> {
  const { setInterval: real } = globalThis;
  const made: NodeJS.Timeout[] = [];
  const caught = (...args: Parameters<typeof real>): NodeJS.Timeout => {
    const timer = real(...args);
    made.push(timer);
    return timer;
  };
  globalThis.setInterval = caught as typeof real;
  try {
    make();
  } finally {
    globalThis.setInterval = real;
  }
  return () => {
    for (const timer of made) clearInterval(timer);
  };
}

const opossumHealth: Run = async () => {
  let checks = 0;
  const breaker = new OpossumBreaker(async () => "answer");
  const check = async (): Promise<void> => void checks++;
  const stop = await catching(() => breaker.healthCheck(check, 20));
  await later(50);
  breaker.shutdown();
  const before = checks;
  await later(150);
  stop();
  const still = checks > before;
  return { right: !still, seen: still ? "the health check goes on after shutdown" : "nothing goes on" };
};

const ownDispose: Run = async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const before = timers();
  const runtime = createRuntime();
  const document = policy({ name: "disposed", deadline: "1m", attemptTimeout: "30s", breaker: {} });
  const call = watch(resilient(document, forever, { runtime })());
  await later(20);
  runtime.dispose();
  await call.end;
  const left = Math.max(0, timers() - before);
  return {
    right: left === 0,
    seen: left === 0 ? "nothing goes on, pending calls end" : `${counted(left, "timer")} left`,
  };
};

/** What outlives a call, and how it ends. */
export const lifetimeDefects: readonly Defect[] = [
  {
    id: "T13",
    what: "Calls that were not executed (cache hits, or refusals where there is no cache) do not thin failures out.",
    runs: { opossum: opossumHits, [ours]: ownRefusals },
  },
  {
    id: "T20",
    what: "Once it is shut down no timer goes on.",
    runs: { opossum: opossumHealth, [ours]: ownDispose },
  },
];
