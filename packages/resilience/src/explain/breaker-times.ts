import type { PolicySettings } from "@holdfast/core";

type Breaker = NonNullable<PolicySettings["breaker"]>;

/** How long a provider fails for everybody before the circuit opens, at the latest; `null`: that may not open it at all. */
export interface OpeningTimes {
  /** Every attempt fails at once. */
  readonly quickMs: number | null;
  /** No attempt is ever answered, each ends by its timeout. */
  readonly hangingMs: number | null;
}

/** How long a circuit stays open. */
export interface OpenTime {
  readonly minMs: number;
  readonly maxMs: number;
}

/** The attempts that a breaker sees while everything fails. */
export interface Traffic {
  /** Calls that begin, evenly. */
  readonly ratePerSecond: number;
  /** The same in the healthy time before, when calls do not hold their places for long; at least as many. */
  readonly healthyPerSecond: number;
  /** Attempts per call, and after how long a call has made all of them. */
  readonly loadFactor: number;
  readonly callMs: number;
  /** How long after its begin an attempt fails. */
  readonly lateMs: number;
}

/** How many probes must succeed for it to close; if not so many can any more, it opens again. */
export function probesNeeded({ probes, probeSuccess }: Pick<Breaker, "probes" | "probeSuccess">): number {
  let needed = 1;
  // Divided as the runtime divides, so that 3 of 5 are the 0.6 that somebody wrote.
  while (needed < probes && needed / probes < probeSuccess) needed++;
  return needed;
}

/** How long it stays open at its `count`-th opening in a row, from 1. */
export function openTime({ open }: Pick<Breaker, "open">, count: number): OpenTime {
  const { baseMs, factor, capMs, jitter } = open;
  const nominalMs = Math.min(capMs, baseMs * Math.min(factor ** (count - 1), Number.MAX_VALUE));
  return { minMs: nominalMs * (1 - jitter), maxMs: Math.min(capMs, nominalMs * (1 + jitter)) };
}

/** What rounding may add to a whole number. */
const rounding = 1e-9;

/** The first opening in a row that is as long as openings get. */
export function longestOpening({ open }: Pick<Breaker, "open">): number {
  const { baseMs, factor, capMs } = open;
  if (factor === 1 || baseMs >= capMs) return 1;
  return 1 + Math.ceil(Math.log(capMs / baseMs) / Math.log(factor) - rounding);
}

/** How long failures take to open it, after a healthy time in which its window was filled with successes; `null`: they may not. */
export function failureOpeningMs(breaker: Breaker, traffic: Traffic): number | null {
  const { windowMs, windowCalls, minCalls, failureRate: share, consecutive, slow } = breaker;
  const { lateMs } = traffic;
  const everyMs = 1_000 / traffic.ratePerSecond;
  const inARow = consecutive === null ? null : lateMs + consecutive * everyMs;
  // What is in flight and slow is counted before it fails.
  const countedMs = Math.min(lateMs, slow?.overMs ?? lateMs);
  if (windowMs !== null) {
    return soonest(
      inARow,
      shareOfSpanMs(minCalls, { windowMs, heldMs: windowMs, share, countedMs }, traffic),
    );
  }
  const calls = windowCalls ?? 0;
  const needed = Math.ceil(share * (calls + (lateMs - countedMs) / everyMs) - rounding);
  return soonest(inARow, needed <= calls ? lateMs + needed * everyMs : null);
}

/** How long attempts that are not answered take to open it for being slow; `null` where it does not look at that. */
export function slowOpeningMs(
  { slow, windowMs, windowCalls, minCalls }: Breaker,
  traffic: Traffic,
): number | null {
  if (slow === null || slow.overMs >= traffic.lateMs) return null;
  const { overMs, rate: share } = slow;
  const inFlightMs = traffic.lateMs - overMs;
  if (windowMs !== null) {
    // An attempt counts from when it is slow, and for a whole window once it has ended.
    const span = { windowMs, heldMs: windowMs + inFlightMs, share, countedMs: overMs };
    return shareOfSpanMs(minCalls, span, { ...traffic, lateMs: overMs });
  }
  // What is in flight and slow counts beside the window, until it ends and pushes something out of it.
  const calls = windowCalls ?? 0;
  const everyMs = 1_000 / traffic.ratePerSecond;
  const besideMost = inFlightMs / everyMs;
  const beside = share < 1 ? (share * calls) / (1 - share) : Number.POSITIVE_INFINITY;
  const needed = beside <= besideMost ? beside : share * (calls + besideMost);
  return Number.isFinite(needed) ? overMs + needed * everyMs : null;
}

/** The sooner of two times. */
export function soonest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

interface Span {
  readonly windowMs: number;
  /** For how long a failure is counted. */
  readonly heldMs: number;
  /** The share of it that opens the circuit. */
  readonly share: number;
  /** How long after its begin an attempt is counted at all. */
  readonly countedMs: number;
}

function shareOfSpanMs(
  minCalls: number,
  { windowMs, heldMs, share, countedMs }: Span,
  traffic: Traffic,
): number | null {
  const { lateMs, loadFactor, callMs, ratePerSecond, healthyPerSecond } = traffic;
  const perMs = ratePerSecond / 1_000;
  // After a window nothing is left of the healthy time, however much more there was of it.
  if (perMs * heldMs >= minCalls && ratePerSecond < healthyPerSecond) return lateMs + windowMs;
  if (perMs * heldMs >= minCalls) {
    // While nothing ends, the window drains: the failures are measured against what is left in it.
    const leftMs = windowMs - countedMs;
    return lateMs + (perMs * leftMs >= minCalls ? share * leftMs : minCalls / perMs);
  }
  // Too few calls, but perhaps enough attempts: once calls have made all of theirs, a window holds nothing else.
  return perMs * loadFactor * heldMs >= minCalls ? callMs + lateMs + heldMs : null;
}
