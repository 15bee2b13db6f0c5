import fc from "fast-check";
import type { PolicyDocument, ResilienceEvent } from "../../src/index.ts";
import { type Deed, deeds } from "./fuzz-functions.ts";
import { policies } from "./fuzz-policies.ts";

/** One thing that somebody does, `ms` after the one before. */
export type Step = { readonly ms: number } & (
  | { readonly do: "call" | "call and abort"; readonly call: PlannedCall }
  | { readonly do: "abort"; readonly controller: number }
  | { readonly do: "force"; readonly policy: number; readonly to: "open" | "closed" | "disabled" | null }
  | { readonly do: "dispose" }
);

/** A call with all that its function will do. */
export interface PlannedCall {
  readonly policy: number;
  readonly deeds: readonly Deed[];
  readonly controller: number | null;
  readonly deadlineMs: number | null;
}

/** What a listener does when it hears the `nth` event of a type. */
export interface Meddling {
  readonly type: ResilienceEvent["type"];
  readonly nth: number;
  readonly do: "abort" | "call" | "throw" | "dispose";
  readonly call: PlannedCall;
}

/** Everything that is drawn for one run. */
export interface Run {
  readonly seed: number;
  readonly turns: "moments" | "batched";
  readonly documents: readonly PolicyDocument[];
  readonly steps: readonly Step[];
  readonly meddling: readonly Meddling[];
  /** Whether functions may dispose the runtime that calls them. */
  readonly disposes: boolean;
}

const ms = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.nat(20) },
  { weight: 1, arbitrary: fc.nat(200) },
);
/** How many signals the callers share. */
export const controllers = 3;
const call: fc.Arbitrary<PlannedCall> = fc.record({
  policy: fc.nat(2),
  deeds: fc.array(deeds, { minLength: 1, maxLength: 4 }),
  controller: fc.oneof(fc.constant(null), fc.nat(controllers - 1)),
  deadlineMs: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: -1, max: 200 }) },
  ),
});
const step = fc.oneof(
  { weight: 24, arbitrary: fc.record({ do: fc.constant("call"), ms, call }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("call and abort"), ms, call }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("abort"), ms, controller: fc.nat(controllers - 1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("force"),
      ms,
      policy: fc.nat(2),
      to: fc.constantFrom("open", "closed", "disabled", null, null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("dispose"), ms }) },
) as fc.Arbitrary<Step>;
const meddling: fc.Arbitrary<Meddling> = fc.record({
  type: fc.constantFrom("attempt.started", "attempt.ended", "retry.waiting", "call.ended", "breaker.changed"),
  nth: fc.integer({ min: 1, max: 4 }),
  do: fc.constantFrom("abort", "abort", "call", "throw", "dispose"),
  call,
});

/** Runs of every kind. */
export const runs: fc.Arbitrary<Run> = fc.record({
  seed: fc.nat(),
  turns: fc.constantFrom("moments", "batched"),
  documents: fc.array(policies, { minLength: 3, maxLength: 3 }),
  steps: fc.array(step, { minLength: 5, maxLength: 30, size: "max" }),
  meddling: fc.array(meddling, { maxLength: 3 }),
  disposes: fc.nat(9).map((number) => number === 0),
});
