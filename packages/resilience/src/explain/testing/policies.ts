import { jitterKinds, type Policy } from "@holdfast/core";
import fc from "fast-check";

const some = <T>(fields: { readonly [Name in keyof T]: fc.Arbitrary<T[Name]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

type Backoff = NonNullable<NonNullable<Policy["retry"]>["backoff"]>;

/** Waits that can be: no base above its cap. */
export const backoffs: fc.Arbitrary<Backoff> = some<Required<Backoff>>({
  baseMs: whole(0, 500),
  throttledBaseMs: whole(0, 900),
  factor: fc.constantFrom(1, 1.5, 2, 3),
  capMs: whole(900, 4_000),
  jitter: fc.constantFrom(...jitterKinds),
});

/** Policies about time and attempts, with nothing in them that contradicts the rest. */
export const timedPolicies: fc.Arbitrary<Policy> = fc.record(
  {
    deadlineMs: whole(500, 6_000),
    attemptTimeoutMs: whole(20, 500),
    retry: fc.record(
      { attempts: whole(1, 6), backoff: backoffs, minAttemptMs: whole(0, 400) },
      { requiredKeys: ["attempts"] },
    ),
    idempotent: fc.constant(true),
  },
  { requiredKeys: ["retry", "idempotent"] },
);

/** Breakers that count over a span or over calls, with and without the other reasons to open. */
export const breakers: fc.Arbitrary<NonNullable<Policy["breaker"]>> = fc
  .record({
    window: fc.oneof(
      fc.record({ windowMs: fc.constantFrom(2_000, 5_000, 10_000) }),
      fc.record({ windowCalls: whole(40, 60) }),
    ),
    more: some({
      minCalls: whole(1, 40),
      failureRate: fc.constantFrom(0.1, 0.25, 0.5, 0.8, 1),
      consecutive: whole(1, 40),
      slow: fc.record({ overMs: whole(50, 700), rate: fc.constantFrom(0.3, 0.5, 0.8, 1) }),
    }),
    probing: some({
      open: some({
        baseMs: whole(100, 2_000),
        factor: fc.constantFrom(1, 1.5, 2),
        capMs: whole(2_000, 8_000),
        jitter: fc.constantFrom(0, 0.2, 0.5),
      }),
      probes: whole(1, 8),
      probeSuccess: fc.constantFrom(0.2, 0.5, 0.6, 0.9, 1),
    }),
  })
  .map(({ window, more, probing }) => ({ ...window, ...more, ...probing }));
