import {
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import pRetry from "p-retry";
import { policy, resilient } from "../../packages/resilience/src/index.ts";
import type { Call } from "./measure.ts";
import { OpossumBreaker } from "./opossum.ts";

const noop = async (): Promise<number> => 1;

const everything = policy({
  name: "bench.full",
  deadline: "4s",
  attemptTimeout: "800ms",
  idempotent: true,
  retry: { attempts: 3, backoff: { base: "100ms", cap: "1s", jitter: "full" } },
  budget: { ratio: 0.2, minPerSecond: 1 },
  breaker: { window: "10s", minCalls: 20, failureRate: 0.5, slow: { over: "500ms", rate: 0.8 } },
  limit: { concurrent: 64, queue: 32 },
});

/**
 * The least that can release its caller while the function goes on: a promise of its own, settled by whichever comes first. Nothing
 * is decided, counted or timed here.
 */
export function releasable<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    promise.then(
      (value) => resolve(value),
      (error) => reject(error),
    );
  });
}

/** The success path of ours and of the peers, with the bare function as the measure of all. */
export function successCases(): Readonly<Record<string, Call>> {
  const full = resilient(everything, noop);
  const retryOnly = resilient(policy({ name: "bench.retry", retry: { attempts: 3 } }), noop);
  const breakerOnly = resilient(policy({ name: "bench.breaker", breaker: {} }), noop);
  const timeoutOnly = resilient(policy({ name: "bench.timeout", deadline: "1s" }), noop);
  const nothing = resilient(policy({ name: "bench.nothing" }), noop);
  const { signal } = new AbortController();
  const chain = wrap(
    timeout(4_000, TimeoutStrategy.Aggressive),
    bulkhead(64, 32),
    retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff() }),
    circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) }),
    timeout(800, TimeoutStrategy.Aggressive),
  );
  const opossum = new OpossumBreaker(noop, {});
  return {
    "await noop()": noop,
    "a releasable promise, nothing else": () => releasable(noop()),
    "no-op policy": () => nothing(),
    retry: () => retryOnly(),
    breaker: () => breakerOnly(),
    deadline: () => timeoutOnly(),
    "full pipeline": () => full(),
    "full pipeline, outcome": () => full.outcome({}),
    "full pipeline, caller's signal": () => full.with({ signal }),
    "cockatiel chain of five": () => chain.execute(noop),
    "opossum breaker": () => opossum.fire(),
    "p-retry": () => pRetry(noop),
  };
}
