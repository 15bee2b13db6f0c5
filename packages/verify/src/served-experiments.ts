import { forever, spec, statusFault } from "./experiments.ts";
import { attemptLimit, horizonOf } from "./limits.ts";
import type { ExperimentSpec, Target } from "./model.ts";
import type { KeyedServed, Served } from "./served.ts";

/** How many requests come at the same moment. */
export const atOnceCount = 20;
/** How many slow connections stand beside the calls. */
export const slowCount = 50;

/** A request, the same again, and another body, all with one key. */
export function sameKey(target: Target, { key }: KeyedServed): ExperimentSpec {
  const summary = "A request is sent, the same again, then one with another body, all with one key.";
  return spec(
    target,
    "same-key",
    summary,
    { steps: [] },
    {
      procedure: { kind: "same-key", key },
      samples: 4,
      samplesMax: 12,
      perInstance: 4,
      horizonMs: 20_000,
      lingerMs: 200,
      expectedMs: 200,
    },
  );
}

/** Many copies of one request at the same moment, the provider's answers held back so that all come meanwhile. */
export function sameKeyAtOnce(target: Target, { key }: KeyedServed): ExperimentSpec {
  const holdMs = holdFor(target);
  const summary = `${atOnceCount} copies of a request with one key come at once, while the provider's answers are held for ${holdMs} ms.`;
  return spec(target, "same-key-at-once", summary, forever({ kind: "latency", delayMs: holdMs }), {
    procedure: { kind: "at-once", key, requests: atOnceCount },
    samples: 6,
    samplesMax: 12,
    perInstance: 3,
    horizonMs: 20_000,
    expectedMs: holdMs * 2,
  });
}

/** Long enough that all of them are in, and short enough that no attempt is given up meanwhile. */
function holdFor(target: Target): number {
  return Math.round(Math.min(600, Math.max(50, attemptLimit(target).value / 2)));
}

/** The ways in which a first request comes to nothing before the same is sent again. */
export const halfWays = ["crash-before-effect", "crash-after-effect", "failure-then-again"] as const;

/** The service is killed while the provider works on the first request, or the provider is down for it; then it is sent again. */
export function halfWay(
  target: Target,
  { key, serves }: KeyedServed,
  way: (typeof halfWays)[number],
): ExperimentSpec {
  const [summary, program] = {
    "crash-before-effect": [
      "The service is killed while the provider has not acted on the first request, started again, and asked the same again.",
      forever({ kind: "hang" }),
    ] as const,
    "crash-after-effect": [
      "The service is killed after the provider has acted on the first request and before it heard so, started again, and asked the same again.",
      forever({ kind: "lost-reply", how: "hang" }),
    ] as const,
    "failure-then-again": [
      "The provider answers 503 to the first request; when it is well again, the same is asked again.",
      forever(statusFault(503)),
    ] as const,
  }[way];
  return spec(target, way, summary, program, {
    procedure: { kind: "half-way", key, crash: way !== "failure-then-again" },
    // Nothing here is left to chance; where the provider has acted there is something to do twice.
    samples: way === "crash-after-effect" ? 2 : 1,
    samplesMax: 2,
    perInstance: 1,
    horizonMs: horizonOf(serves.deadlineMs ?? 4_000),
    expectedMs: 1_000,
  });
}

/** Connections that send their head or their body a little every second, and calls beside them. */
export function slowClients(target: Target, slow: "head" | "body", watchMs: number): ExperimentSpec {
  const what = slow === "head" ? "one header line" : "one byte of their body";
  const summary = `${slowCount} connections send ${what} a second, while others are served.`;
  return spec(
    target,
    `slow-${slow}`,
    summary,
    { steps: [] },
    {
      procedure: { kind: "slow-clients", slow, connections: slowCount },
      samples: 1,
      samplesMax: 2,
      perInstance: 1,
      horizonMs: watchMs,
      expectedMs: watchMs,
    },
  );
}

/** The same for two minutes: what still stands then is not a slow limit but none. */
export function slowClientsLong(target: Target, slow: "head" | "body"): ExperimentSpec {
  return { ...slowClients(target, slow, 120_000), name: `slow-${slow}-120s`, profile: "nightly" };
}

/** How long slow connections are watched: beyond the limit, so that what ends there is seen to end. */
export function slowWatchMs(limitMs: number): number {
  return Math.min(20_000, Math.max(5_000, Math.round(limitMs * 1.5)));
}

/** By when a slow head, or a slow body, should be given up. A body has the declared deadline of the operation, a head no more than 10 s. */
export function slowLimit({ serves }: Served, slow: "head" | "body"): number {
  if (slow === "head") return 10_000;
  return serves.deadlineMs === null ? 30_000 : Math.max(10_000, serves.deadlineMs);
}
