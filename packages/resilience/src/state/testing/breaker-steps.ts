import fc from "fast-check";
import type { BreakerSettings } from "../breaker-settings.ts";

/** Settings small enough that everything happens within a few steps. */
export const breakerSettings: fc.Arbitrary<BreakerSettings> = fc.record({
  mode: fc.constantFrom<BreakerSettings["mode"]>("on", "on", "on", "on", "shadow", "off"),
  windowMs: fc.constant(40),
  windowCalls: fc.constantFrom(0, 0, 0, 1, 4),
  minCalls: fc.integer({ min: 1, max: 4 }),
  failureRate: fc.constantFrom(0.29, 0.5, 1),
  consecutive: fc.constantFrom(0, 0, 2, 3),
  slowOverMs: fc.constantFrom(2, 7, Number.POSITIVE_INFINITY),
  slowRate: fc.constantFrom(0.5, 1),
  openBaseMs: fc.constantFrom(0, 12, 20),
  openFactor: fc.constantFrom(1, 2),
  openCapMs: fc.constantFrom(16, 50),
  openJitter: fc.constantFrom(0, 0.5),
  probes: fc.integer({ min: 1, max: 3 }),
  probeSuccess: fc.constantFrom(0.5, 0.67, 1),
  probeWaitMs: fc.constantFrom(9, 15),
});

/** One thing that happens to a breaker, `waitMs` after the one before; `back` counts from the youngest flight. */
export type Step = { readonly waitMs: number } & (
  | { readonly do: "look" }
  | { readonly do: "admit" }
  | { readonly do: "restart" }
  | {
      readonly do: "settle";
      readonly back: number;
      readonly outcome: "success" | "failure" | "neutral";
      readonly hintMs: number;
    }
  | { readonly do: "force"; readonly to: "open" | "closed" | "disabled" | null }
);

const waitMs = fc.oneof(
  { weight: 10, arbitrary: fc.constant(0) },
  { weight: 10, arbitrary: fc.integer({ min: 0, max: 8 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: -30, max: 0 }) },
);

interface Draw {
  readonly waitMs: number;
  readonly kind: number;
  readonly back: number;
  readonly hintMs: number;
  readonly moodChanges: boolean;
  readonly contrary: boolean;
  readonly to: "open" | "closed" | "disabled" | null;
}

const draw: fc.Arbitrary<Draw> = fc.record({
  waitMs,
  kind: fc.nat(99),
  back: fc.oneof(fc.nat(3), fc.nat(12)),
  hintMs: fc.constantFrom(0, 0, 0, 30, 200),
  moodChanges: fc.nat(12).map((number) => number === 0),
  contrary: fc.nat(6).map((number) => number === 0),
  to: fc.constantFrom("open", "closed", "disabled", null),
});

/** Calls come and end, mostly those that came last; the provider is well for a while and ill for a while. */
export const breakerSteps: fc.Arbitrary<readonly Step[]> = fc
  .array(draw, { maxLength: 90, size: "max" })
  .map((draws) => {
    let isIll = false;
    return draws.map((draw) => {
      isIll = draw.moodChanges ? !isIll : isIll;
      return stepOf(draw, isIll === draw.contrary ? "success" : "failure");
    });
  });

function stepOf({ waitMs, kind, back, hintMs, to }: Draw, outcome: "success" | "failure"): Step {
  if (kind < 44) return { waitMs, do: "admit" };
  if (kind < 82) return { waitMs, do: "settle", back, hintMs, outcome };
  if (kind < 87) return { waitMs, do: "settle", back, hintMs, outcome: "neutral" };
  if (kind < 95) return { waitMs, do: "look" };
  return kind < 97 ? { waitMs, do: "restart" } : { waitMs, do: "force", to };
}
