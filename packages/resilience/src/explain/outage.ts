import type { PolicySettings } from "@holdfast/core";
import {
  failureOpeningMs,
  longestOpening,
  type OpeningTimes,
  openTime,
  probesNeeded,
  slowOpeningMs,
  soonest,
  type Traffic,
} from "./breaker-times.ts";
import type { BreakerFacts, ChanceFacts, OutageFacts, TimeFacts } from "./explanation.ts";
import { loadFactor, retriesAllowed, successShare } from "./load.ts";
import { admissionMs, finite } from "./time-facts.ts";

/** A total outage at a rate of calls. */
export function outageFacts(settings: PolicySettings, ratePerSecond: number, time: TimeFacts): OutageFacts {
  const breaker = settings.breaker?.mode === "off" ? null : settings.breaker;
  const startedPerSecond = started(settings, ratePerSecond);
  const factor = loadFactor(settings, startedPerSecond);
  return {
    ratePerSecond,
    startedPerSecond,
    loadFactor: factor,
    attemptsPerSecond: startedPerSecond * factor,
    heldCalls: heldCalls(settings, startedPerSecond, time.hanging.longestMs),
    opens: breaker === null ? null : opens(breaker, settings, startedPerSecond, time),
    closesWithinMs:
      breaker === null
        ? null
        : openTime(breaker, longestOpening(breaker)).maxMs +
          (1_000 * probesNeeded(breaker)) / startedPerSecond,
  };
}

/** The calls that the policy's own rate lets start. */
function started({ rate }: PolicySettings, ratePerSecond: number): number {
  return rate === null ? ratePerSecond : Math.min(ratePerSecond, (1_000 * rate.calls) / rate.perMs);
}

function heldCalls(
  { limit }: PolicySettings,
  ratePerSecond: number,
  hangingMs: number | null,
): number | null {
  const most = limit === null ? Number.POSITIVE_INFINITY : limit.concurrent + limit.queue;
  const held = hangingMs === null ? Number.POSITIVE_INFINITY : (ratePerSecond * hangingMs) / 1_000;
  return finite(Math.min(most, held));
}

function opens(
  breaker: NonNullable<PolicySettings["breaker"]>,
  settings: PolicySettings,
  healthyPerSecond: number,
  { hanging: { longestMs: callMs }, longestMs }: TimeFacts,
): OpeningTimes {
  const { attemptTimeoutMs, deadlineMs, limit } = settings;
  const lateMs = attemptTimeoutMs ?? deadlineMs ?? Number.POSITIVE_INFINITY;
  // While calls hang, each of them holds its place for so long that no more can begin than places become free.
  const freed = limit === null || callMs === null ? healthyPerSecond : (1_000 * limit.concurrent) / callMs;
  const traffic = (ratePerSecond: number, late: number): Traffic => ({
    ratePerSecond,
    healthyPerSecond,
    loadFactor: loadFactor(settings, ratePerSecond),
    callMs: longestMs ?? Number.POSITIVE_INFINITY,
    lateMs: late,
  });
  const hanging = traffic(Math.min(healthyPerSecond, freed), lateMs);
  // Without any timeout a hanging attempt never fails; it can only be slow.
  const timedOutMs = lateMs === Number.POSITIVE_INFINITY ? null : failureOpeningMs(breaker, hanging);
  const hangingMs = soonest(timedOutMs, slowOpeningMs(breaker, hanging));
  const quickMs = failureOpeningMs(breaker, traffic(healthyPerSecond, 0));
  return { quickMs: bounded(quickMs), hangingMs: bounded(hangingMs) };
}

function bounded(time: number | null): number | null {
  return time === null ? null : finite(time);
}

/** How many calls succeed by how many attempts when a share of the attempts fails by chance. */
export function chanceFacts(
  settings: PolicySettings,
  failing: number,
  attempts: { readonly quick: number; readonly hanging: number },
  ratePerSecond: number,
): ChanceFacts {
  const { breaker } = settings;
  const allowed = retriesAllowed(settings, ratePerSecond);
  const quick = successShare(failing, attempts.quick, allowed);
  return {
    failing,
    quick,
    hanging: successShare(failing, attempts.hanging, allowed),
    budgetSpent: quick < successShare(failing, attempts.quick, Number.POSITIVE_INFINITY),
    breakerOpens: breaker !== null && breaker.mode === "on" && failing >= breaker.failureRate,
  };
}

/** When the circuit of these settings opens and closes; `null` without one. */
export function breakerFacts(settings: PolicySettings): BreakerFacts | null {
  const { breaker } = settings;
  if (breaker === null) return null;
  const { key, mode, failureRate, minCalls, windowMs, windowCalls, consecutive, slow, probes, probeWaitMs } =
    breaker;
  const openingsToLongest = longestOpening(breaker);
  return {
    key,
    mode,
    opensAt: { failureRate, minCalls, windowMs, windowCalls, consecutive, slow },
    refusedWithinMs: finite(admissionMs(settings)),
    firstOpening: openTime(breaker, 1),
    longestOpening: openTime(breaker, openingsToLongest),
    openingsToLongest,
    probes,
    probesNeeded: probesNeeded(breaker),
    probeWaitMs,
  };
}
