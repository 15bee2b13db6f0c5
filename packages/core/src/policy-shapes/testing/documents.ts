import fc from "fast-check";
import { breakerModes, jitterKinds, retryOnWords, timeoutModes } from "../../policy.ts";

const some = <T>(fields: { readonly [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
const ms = (min: number, max: number): fc.Arbitrary<number | string> =>
  fc.integer({ min, max }).chain((value) => fc.constantFrom(value, `${value}ms`));
const share = fc.double({ min: 0.01, max: 1, noNaN: true });
const count = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const name = fc.constantFrom("host", "payments.charge");

/** Policy documents as code writes them, right field by field; their parts may contradict one another. */
export const policyDocuments: fc.Arbitrary<object> = some({
  name,
  deadline: ms(1_000, 60_000),
  attemptTimeout: ms(100, 20_000),
  connectTimeout: ms(1, 500),
  timeouts: fc.constantFrom(...timeoutModes),
  idempotent: fc.boolean(),
  classify: name,
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
    key: name,
    ratio: fc.double({ min: 0, max: 1, noNaN: true }),
    minPerSecond: count(0, 5),
    window: ms(1, 60_000),
  }),
  breaker: some({
    key: name,
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
    { key: name, concurrent: count(1, 99), queue: count(0, 3), maxWait: ms(0, 900) },
    { requiredKeys: ["concurrent"] },
  ),
  rate: fc.record(
    { key: name, calls: count(1, 99), per: ms(1, 9_000), burst: count(1, 9), maxWait: ms(0, 900) },
    { requiredKeys: ["calls"] },
  ),
  fallback: name,
});

const keys =
  "name deadline attemptTimeout connectTimeout timeouts idempotent classify retry budget breaker limit rate fallback " +
  "hedge throttle attempts on backoff retryAfter minAttempt base factor cap jitter throttledBase key ratio minPerSecond " +
  "window windowCalls minCalls failureRate consecutive slow over open probes probeSuccess probeWait adaptive concurrent " +
  "queue maxWait calls per burst min max __proto__ constructor";

/** Trees of the document's keys with anything at all as their values, also what no text can hold. */
export const spoiltDocuments: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.anything({ maxDepth: 1, withBigInt: true, withNullPrototype: true }),
    fc.constantFrom(undefined, null, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, false, "1s", "0ms", "5xx"),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys.split(" ")), tie("tree"), { size: "max", maxKeys: 9 }),
  ),
})).tree;
