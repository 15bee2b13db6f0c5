import type { BreakerSettings } from "../breaker-settings.ts";

/** Opens at two failures of four calls for a second, then two, then four; closes when two of three probes succeed. */
export const plain: BreakerSettings = {
  mode: "on",
  windowMs: 10_000,
  windowCalls: 0,
  minCalls: 4,
  failureRate: 0.5,
  consecutive: 0,
  slowOverMs: Number.POSITIVE_INFINITY,
  slowRate: 1,
  openBaseMs: 1_000,
  openFactor: 2,
  openCapMs: 4_000,
  openJitter: 0,
  probes: 3,
  probeSuccess: 0.6,
  probeWaitMs: 500,
};
