import fc from "fast-check";
import { type PolicyDocument, parsePolicy } from "../../src/index.ts";

const maybe = <T>(arbitrary: fc.Arbitrary<T>, weight = 1): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, { weight, arbitrary });
const ms = fc.integer({ min: 1, max: 120 });
const keyed = fc.constantFrom(undefined, undefined, "half");

const retry = fc.record({
  attempts: fc.integer({ min: 1, max: 4 }),
  on: fc.constantFrom(undefined, ["reset", "refused", "timeout", "503"]),
  backoff: fc.record({
    base: fc.constantFrom(0, 5, 20),
    cap: fc.constantFrom(20, 60),
    throttledBase: fc.constantFrom(10, 20),
    jitter: fc.constantFrom("none", "full", "decorrelated", "polly-v2"),
  }),
  retryAfter: fc.record({ cap: fc.constantFrom(0, 50) }),
});
const budget = fc.record({
  key: keyed,
  ratio: fc.constantFrom(0, 0.2, 1),
  minPerSecond: fc.constantFrom(0, 0, 1, 10),
  window: fc.constantFrom(100, 1_000),
});
const breaker = fc.record({
  key: keyed,
  mode: fc.constantFrom("on", "on", "on", "on", "shadow", "off"),
  window: fc.constantFrom(50, 400),
  minCalls: fc.integer({ min: 1, max: 4 }),
  failureRate: fc.constantFrom(0.3, 0.5, 1),
  consecutive: fc.constantFrom(undefined, 1, 2),
  slow: fc.constantFrom(undefined, undefined, { over: 20, rate: 0.5 }),
  open: fc.record({ base: fc.constantFrom(5, 30, 100), cap: fc.constantFrom(100, 400) }),
  probes: fc.integer({ min: 1, max: 3 }),
  probeSuccess: fc.constantFrom(0.4, 1),
  probeWait: fc.constantFrom(undefined, 10, 50),
});
const limit = fc.record({
  key: keyed,
  concurrent: fc.integer({ min: 1, max: 3 }),
  queue: fc.constantFrom(0, 1, 1, 3, 8),
  maxWait: maybe(fc.integer({ min: 1, max: 30 })),
});
const rate = fc.record({
  key: keyed,
  calls: fc.integer({ min: 1, max: 4 }),
  per: fc.constantFrom(10, 100),
  burst: maybe(fc.integer({ min: 1, max: 3 })),
  maxWait: fc.constantFrom(0, 5, 30),
});

/** Policies of every kind; what contradicts itself is left out. */
export const policies: fc.Arbitrary<PolicyDocument> = fc
  .record({
    deadline: maybe(ms, 2),
    attemptTimeout: maybe(ms),
    timeouts: fc.constantFrom("enforced", "enforced", "cooperative"),
    idempotent: fc.constantFrom(true, true, false),
    classify: fc.constantFrom("default", "http", "own"),
    retry: maybe(retry, 3),
    budget: maybe(budget),
    breaker: maybe(breaker),
    limit: maybe(limit),
    rate: maybe(rate),
    fallback: fc.constantFrom(undefined, undefined, "own"),
  })
  .map((drawn) => withoutGaps({ ...drawn, ...orderly(drawn) }) as Record<string, unknown>)
  .filter(isPolicy)
  .map(parsePolicy);

/** Times in the order in which a policy has them. */
function orderly(drawn: {
  readonly deadline: number | undefined;
  readonly attemptTimeout: number | undefined;
  readonly limit: { readonly queue: number; readonly maxWait: number | undefined } | undefined;
  readonly rate: { readonly maxWait: number } | undefined;
}): object {
  const { deadline = 1_000, attemptTimeout, limit: limited, rate: rated } = drawn;
  const waits = limited !== undefined && limited.queue > 0 && limited.maxWait !== undefined;
  return {
    attemptTimeout: attemptTimeout && Math.min(attemptTimeout, deadline),
    limit: limited && { ...limited, maxWait: waits ? Math.min(limited.maxWait ?? 1, deadline) : undefined },
    rate: rated && { ...rated, maxWait: Math.min(rated.maxWait, deadline) },
  };
}

function withoutGaps(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutGaps(inner)]));
}

function isPolicy(document: unknown): boolean {
  try {
    parsePolicy(document);
    return true;
  } catch {
    return false;
  }
}
