import { createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { releasable } from "./cases.ts";
import { type Cost, heldBytes, measure, settledHeap } from "./measure.ts";

/** How often and how much is measured. */
export interface Rounds {
  readonly rounds: number;
  readonly callsPerRound: number;
}

/** A circuit that is open: what a refusal costs, as an outcome and as a throw, beside the bare function. */
export async function refusals(options: Rounds): Promise<Readonly<Record<string, Cost>>> {
  const runtime = createRuntime();
  const open = policy({ name: "bench.open", breaker: { open: { base: "1h", cap: "1h" } } });
  const noop = async (): Promise<number> => 1;
  const call = resilient(open, noop, { runtime });
  await call();
  runtime.force("bench.open", "open");
  const costs = await measure(
    {
      "await noop()": noop,
      outcome: () => call.outcome({}),
      throw: () => call().catch(() => {}),
    },
    options,
  );
  runtime.dispose();
  return costs;
}

/** A call that fails, with a breaker that remembers few calls and one that remembers many. */
export async function failures(options: Rounds): Promise<Readonly<Record<string, Cost>>> {
  const runtime = createRuntime();
  const boom = new Error("boom");
  const fail = async (): Promise<number> => {
    throw boom;
  };
  const small = { windowCalls: 100, minCalls: 100, mode: "shadow" } as const;
  const large = { ...small, windowCalls: 100_000, minCalls: 100_000 } as const;
  const few = resilient(policy({ name: "bench.few", breaker: small }), fail, { runtime });
  const many = resilient(policy({ name: "bench.many", breaker: large }), fail, { runtime });
  const span = resilient(policy({ name: "bench.span", breaker: { mode: "shadow", window: "1h" } }), fail, {
    runtime,
  });
  const costs = await measure(
    {
      bare: () => fail().catch(() => {}),
      "100 calls": () => few.outcome({}),
      "100,000 calls": () => many.outcome({}),
      "an hour": () => span.outcome({}),
    },
    options,
  );
  runtime.dispose();
  return costs;
}

/** Calls that hang, with a deadline and an attempt timeout: the native timers that they need, and what each keeps. */
export async function pending(count: number): Promise<{
  readonly native: number;
  readonly bytes: number;
  readonly bareBytes: number;
  readonly releasableBytes: number;
}> {
  const runtime = createRuntime();
  const never = new Promise<number>(() => {});
  const hang = policy({ name: "bench.pending", deadline: "1h", attemptTimeout: "30m", breaker: {} });
  const call = resilient(hang, () => never, { runtime });
  const before = timers();
  const made = (make: () => Promise<unknown>) => (times: number) => Array.from({ length: times }, make);
  // What a caller keeps of a call that nothing protects: a promise of its own.
  const bareBytes = heldBytes(
    count,
    made(() => new Promise(() => {})),
  );
  const releasableBytes = heldBytes(
    count,
    made(() => releasable(never)),
  );
  const bytes = heldBytes(
    count,
    made(() => {
      const promise = call();
      promise.catch(() => {});
      return promise;
    }),
  );
  await new Promise((resolve) => setImmediate(resolve));
  const native = timers() - before;
  runtime.dispose();
  return { native, bytes, bareBytes, releasableBytes };
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
}

/** The heap after many calls on one signal that never aborts, held against the heap after the first tenth of them. */
export async function oneSignal(
  calls: number,
): Promise<{ readonly firstBytes: number; readonly lastBytes: number }> {
  const runtime = createRuntime();
  const { signal } = new AbortController();
  const turn = () => new Promise<number>((resolve) => setImmediate(resolve, 1));
  const work = policy({ name: "bench.signal", deadline: "4s", attemptTimeout: "1s", breaker: {} });
  // One call in a thousand outlives its turn, so that listening begins and ends as it does in a service.
  let made = 0;
  const call = resilient(work, () => (++made % 1_000 === 0 ? turn() : Promise.resolve(1)), { runtime });
  const run = async (times: number) => {
    for (let index = 0; index < times; index++) await call.with({ signal });
  };
  await run(calls / 10);
  const first = settledHeap();
  await run((calls * 9) / 10);
  const last = settledHeap();
  runtime.dispose();
  return { firstBytes: first, lastBytes: last };
}
