import {
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
  type IPolicy,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import { type CallContext, createRuntime, policy, resilient } from "../../packages/resilience/src/index.ts";
import { OpossumBreaker } from "../resilience/opossum.ts";
import { type Library, ours, type Run, type Runs, type Seen } from "./scenario.ts";

/** A function that may call the same limit again. */
export type LimitedWork = (again: (work: () => Promise<unknown>) => Promise<unknown>) => Promise<unknown>;

/** A limit on concurrent calls, whichever library it is from. */
export interface Limit {
  call(work: LimitedWork, signal?: AbortSignal): Promise<unknown>;
  end(): void;
}

/** What a scenario asks of a limit; the number of concurrent calls is 1. */
export interface LimitSettings {
  readonly queue: number;
  readonly timeoutMs?: number;
  /** Whether there is a circuit breaker too, one that opens at little. */
  readonly breaker?: boolean;
}

const makers: { readonly [L in Library]?: (settings: LimitSettings) => Limit } = {
  cockatiel: cockatielLimit,
  opossum: opossumLimit,
  [ours]: ownLimit,
};

/** Plays a scenario on the libraries that have a limit of the kind: opossum's knows no queue. */
export function onLimits(settings: LimitSettings, scenario: (limit: Limit) => Promise<Seen>): Runs {
  const on =
    (make: (settings: LimitSettings) => Limit): Run =>
    async () => {
      const limit = make(settings);
      try {
        return await scenario(limit);
      } finally {
        limit.end();
      }
    };
  const able = Object.entries(makers).filter(([library]) => settings.queue === 0 || library !== "opossum");
  return Object.fromEntries(able.map(([library, make]) => [library, on(make)]));
}

/** Its parts are put together in the order that suits the scenario: what refuses stands outside of what counts. */
function cockatielLimit({ queue, timeoutMs, breaker = false }: LimitSettings): Limit {
  const parts: IPolicy[] = [bulkhead(1, queue)];
  if (timeoutMs !== undefined) parts.unshift(timeout(timeoutMs, TimeoutStrategy.Aggressive));
  if (breaker) {
    parts.push(circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(2) }));
  }
  const limit = wrap(...parts);
  const call: Limit["call"] = (work, signal) => limit.execute(() => work((inner) => call(inner)), signal);
  return { call, end() {} };
}

function opossumLimit({ timeoutMs = 0, breaker = false }: LimitSettings): Limit {
  const limit = new OpossumBreaker((work: () => unknown) => work(), {
    capacity: 1,
    timeout: timeoutMs === 0 ? false : timeoutMs,
    resetTimeout: 10_000,
    volumeThreshold: breaker ? 2 : 1_000_000,
  });
  const call: Limit["call"] = (work) => limit.fire(() => work((inner) => call(inner)));
  return { call, end: () => limit.shutdown() };
}

function ownLimit({ queue, timeoutMs, breaker = false }: LimitSettings): Limit {
  const runtime = createRuntime();
  const document = policy({
    name: "limit",
    limit: { concurrent: 1, queue },
    ...(timeoutMs === undefined ? {} : { attemptTimeout: timeoutMs }),
    ...(breaker ? { breaker: { minCalls: 2, failureRate: 0.1, consecutive: 2 } } : {}),
  });
  const inside = (context: CallContext, work: LimitedWork): Promise<unknown> =>
    work((inner) => protectedCall.with({ parent: context }, inner));
  const protectedCall = resilient(document, inside, { runtime });
  return {
    call: (work, signal) => protectedCall.with(signal === undefined ? {} : { signal }, work),
    end: () => runtime.dispose(),
  };
}
