import { breakerModes, jitterKinds, readPolicy, retryOnWords, timeoutModes } from "@holdfast/core";
import fc from "fast-check";
import type { PolicyDocument } from "../policy-types.ts";

const some = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> =>
  fc.record(fields, { requiredKeys: [] });
const ms = (min: number, max: number): fc.Arbitrary<number | string> =>
  fc.integer({ min, max }).chain((value) => fc.constantFrom(value, `${value}ms`));
const count = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const share = fc.double({ min: 0.0001, max: 1, noNaN: true });
const key = fc.constantFrom("host", "tenant");

const parts = {
  name: key,
  deadline: ms(1_000, 60_000),
  attemptTimeout: ms(100, 20_000),
  connectTimeout: ms(1, 500),
  timeouts: fc.constantFrom(...timeoutModes),
  idempotent: fc.boolean(),
  classify: fc.constantFrom("default", "http", "grpc", "sql", "own"),
  fallback: key,
  retry: some({
    attempts: count(1, 9),
    on: fc.array(fc.constantFrom(...retryOnWords, 409, "502"), { maxLength: 3 }),
    backoff: some({
      base: ms(0, 3_000),
      factor: count(1, 4),
      cap: ms(0, 20_000),
      jitter: fc.constantFrom(...jitterKinds),
      throttledBase: ms(0, 9_000),
    }),
    retryAfter: some({ cap: ms(0, 60_000) }),
    minAttempt: ms(0, 900),
  }),
  budget: some({
    key,
    ratio: fc.double({ min: 0, max: 1, noNaN: true }),
    minPerSecond: count(0, 5),
    window: ms(1, 60_000),
  }),
  breaker: some({
    key,
    mode: fc.constantFrom(...breakerModes),
    window: ms(1, 60_000),
    windowCalls: count(1, 200),
    minCalls: count(1, 40),
    failureRate: share,
    consecutive: count(1, 9),
    slow: fc.record({ over: ms(1, 9_000), rate: share }, { requiredKeys: ["over"] }),
    open: some({ base: ms(1, 90_000), factor: count(1, 4), cap: ms(1, 90_000), jitter: share }),
    probes: count(1, 9),
    probeSuccess: share,
    probeWait: ms(1, 9_000),
  }),
  limit: fc.record(
    { concurrent: count(1, 99), key, queue: count(0, 3), maxWait: ms(0, 900) },
    { requiredKeys: ["concurrent"] },
  ),
  rate: fc.record(
    { calls: count(1, 99), key, per: ms(1, 9_000), burst: count(1, 9), maxWait: ms(0, 900) },
    { requiredKeys: ["calls"] },
  ),
};

/** Policy documents of all kinds that can be run. */
export const documents: fc.Arbitrary<PolicyDocument> = some(parts)
  .filter((document) => "policy" in readPolicy(document, { numbers: "ms" }))
  .map((document) => document as PolicyDocument);
