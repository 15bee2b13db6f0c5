import type { FaultProgram } from "@holdfast/faults";
import type { BreakerFacts } from "./breaker-facts.ts";
import { callHorizonMs, expectedWaitsMs, forever, spec, statusFault } from "./experiments.ts";
import { attemptLimit } from "./limits.ts";
import type { Evidence, ExperimentSpec, Target } from "./model.ts";
import type { LoadSpec, LoadStage } from "./procedure-model.ts";

/** The load under which the provider fails with 503 and then comes back. */
export const outageLoadName = "load-503";
/** The same for a breaker that stays open for long. */
export const patientLoadName = "load-503-patient";
/** The load under which it falls silent. */
export const silenceLoadName = "load-silence";
/** The load under which it fails half as often as would open the declared breaker. */
export const halfLoadName = "load-half";

/** So many calls begin while nothing is wrong yet: enough to see that they work, few enough not to dilute the window. */
const healthyCalls = 12;
/** Without a declared breaker, so many failing calls are offered: resilience4j and Polly want 100 before they act. */
const failingCallsUndeclared = 150;
const failingCallsMax = 250;
/** With one, enough to see whether a budget holds where the breaker does not. */
const failingCallsMin = 120;
/** Calls a second: where no window asks for more, and at most. */
const usualRate = 25;
const rateMax = 60;
/** A command per call starts a process each time. */
const commandRate = 6;
/** Attempts that take longer would make a silent load too long. */
const silentAttemptMaxMs = 3_000;
/** Longer openings belong to a longer run; one of which nobody says how long it takes is watched for less. */
export const openWatchedMaxMs = 30_000;
const undeclaredOpenMs = 10_000;
/** Calls that are offered while the breaker is open: enough for every way of waking up by a call. */
const openCallsMax = 300;
const holdMaxMs = 500;
/** More than the largest number of probes that is usual (resilience4j lets 10 through): so many calls are under way at once. */
const beyondProbes = 13;
/** At most twice as many are offered while the first is held. */
const burstMax = 100;
const untouched: FaultProgram = { steps: [] };

/** How fast calls begin, and how many are offered to a provider that fails. */
export interface Offer {
  readonly ratePerSecond: number;
  readonly failingCalls: number;
}

/** Calls enough to fill the declared window three times over, or as many as breakers are known to want. */
export function offerOf(facts: BreakerFacts, target: Target): Offer {
  const most = mostPerSecond(target);
  if (!facts.declared) {
    return { ratePerSecond: Math.min(most, usualRate), failingCalls: failingCallsUndeclared };
  }
  const perSecond = facts.windowCalls === null ? (facts.minCalls * 1000) / facts.windowMs : 0;
  const ratePerSecond = Math.min(most, Math.max(usualRate, Math.ceil(2.5 * perSecond)));
  const diluted = (healthyCalls * facts.failureRate) / Math.max(0.05, 1 - facts.failureRate);
  const needed = Math.max(facts.minCalls, facts.windowCalls ?? 0, diluted);
  return {
    ratePerSecond,
    failingCalls: Math.min(failingCallsMax, Math.max(failingCallsMin, Math.ceil(3 * needed))),
  };
}

/**
 * How long an answer is held when the provider is well again, so that others show whether they are let through beside it: too short to be
 * a failure for anybody.
 */
export function holdOf(target: Target): number {
  const slowMs = target.integration.policy.breaker?.slow?.overMs ?? Number.POSITIVE_INFINITY;
  return Math.round(Math.min(2 * holdMaxMs, attemptLimit(target).value, slowMs) / 2);
}

/** No faster than a command per call can be started, or than the consumer itself says it goes. */
export function mostPerSecond({ scenario, integration }: Target): number {
  const { rate } = integration.policy;
  const own = rate === undefined ? rateMax : (0.8 * rate.calls * 1000) / (rate.perMs ?? 1_000);
  return Math.min(own, scenario.act.kind === "exec" ? commandRate : rateMax);
}

/** Calls at a steady rate: all is well, every answer is 503 until the provider is left alone, then all is well again. */
export function outageLoad(facts: BreakerFacts, target: Target): ExperimentSpec {
  return outage(outageLoadName, facts, target, facts.openMs <= openWatchedMaxMs);
}

/** What is asked of a breaker after it has opened: the same load, and a patient one for a long run where it stays open for long. */
export function returnLoads(facts: BreakerFacts, target: Target): ExperimentSpec[] {
  const usual = outageLoad(facts, target);
  if (facts.openMs <= openWatchedMaxMs) return [usual];
  return [usual, { ...outage(patientLoadName, facts, target, true), profile: "nightly" }];
}

/** The load that shows the breaker after it has opened. */
export function returnLoadName({ experiments }: Evidence): string {
  return experiments[patientLoadName] === undefined ? outageLoadName : patientLoadName;
}

function outage(name: string, facts: BreakerFacts, target: Target, returns: boolean): ExperimentSpec {
  const offer = offerOf(facts, target);
  const holdMs = holdOf(target);
  const program = forever(statusFault(503));
  const openMs = facts.openDeclared ? facts.openMaxMs : undeclaredOpenMs;
  const stages = [...upTo(program, offer, target, 0), ...(returns ? returning(offer, target, openMs) : [])];
  const told = returns ? `is well again; the first request after that is held for ${holdMs} ms` : "is left";
  const summary = `${offer.ratePerSecond} calls a second: the provider is well, answers 503 to every attempt until it is left alone, then ${told}.`;
  const returnMs = returns && facts.declared ? facts.openMs + holdMs + 600 : 0;
  return spec(target, name, summary, program, {
    ...asLoad(facts, offer, stages, target),
    expectedMs: expectedMs(facts, offer) + returnMs,
  });
}

/**
 * The same with a provider that is silent, where a breaker is declared and its attempts end soon enough to be waited for; none
 * otherwise.
 */
export function silenceLoad(facts: BreakerFacts, target: Target): ExperimentSpec[] {
  const attemptMs = silentMs(target);
  if (!facts.declared || attemptMs > silentAttemptMaxMs) return [];
  const offer = offerOf(facts, target);
  const program = forever({ kind: "hang" });
  const summary = `${offer.ratePerSecond} calls a second: the provider is well, then answers nothing to any attempt until it is left alone.`;
  return [
    spec(target, silenceLoadName, summary, program, {
      ...asLoad(facts, offer, upTo(program, offer, target, attemptMs), target, attemptMs),
      expectedMs: expectedMs(facts, offer) + attemptMs,
    }),
  ];
}

/** After how long a silent attempt is given up, as declared or by default. */
export function silentMs(target: Target): number {
  const { policy } = target.integration;
  return Math.min(attemptLimit(target).value, policy.deadlineMs ?? Number.POSITIVE_INFINITY);
}

/** One request in so many fails: half the share at which the declared breaker opens. */
export function oneIn({ failureRate }: BreakerFacts): number {
  return Math.ceil(2 / Math.max(0.02, failureRate));
}

/** Whether evenly spread failures at half the rate could open even a breaker that keeps its word. */
export function isTouchy(facts: BreakerFacts): boolean {
  const { windowCalls, consecutive, minCalls } = facts;
  const fewest = Math.min(windowCalls ?? Number.POSITIVE_INFINITY, minCalls);
  return fewest < 2 * oneIn(facts) || (consecutive !== null && consecutive < 3);
}

/** A provider that fails evenly at half the declared failure rate, for as many calls as would fill the window three times. */
export function halfLoad(facts: BreakerFacts, target: Target): ExperimentSpec[] {
  if (!facts.declared || isTouchy(facts)) return [];
  const offer = offerOf(facts, target);
  const every = oneIn(facts);
  const calls = Math.min(offer.failingCalls, 3 * Math.max(facts.minCalls, 2 * every, 20));
  const passing = { fault: null, times: every - 1 };
  const failing = { fault: statusFault(503), times: 1 };
  const program = { steps: Array.from({ length: calls }, (_, at) => (at % 2 === 0 ? failing : passing)) };
  const stages = upTo(program, { ...offer, failingCalls: calls }, target, 0);
  const summary = `${offer.ratePerSecond} calls a second: the provider is well, then answers every ${every}th request with 503.`;
  return [
    spec(target, halfLoadName, summary, program, {
      ...asLoad(facts, offer, stages, target),
      expectedMs: (calls / offer.ratePerSecond) * 1000 + 1_000,
    }),
  ];
}

/** The healthy stage and the one in which the provider fails; `slowMs` is what a failing attempt takes. */
function upTo(
  program: FaultProgram,
  { ratePerSecond, failingCalls }: Offer,
  target: Target,
  slowMs: number,
): LoadStage[] {
  const callMs = slowMs * (target.integration.policy.retry?.attempts ?? 1) + expectedWaitsMs(target);
  const failingMs = (failingCalls / ratePerSecond) * 1000 + Math.min(4_000, callMs);
  const healthyMs = (healthyCalls / ratePerSecond) * 1000;
  const shared = { ratePerSecond, onlyIfSeen: false };
  return [
    { ...shared, name: "healthy", program: untouched, maxMs: healthyMs, until: null, drains: true },
    { ...shared, name: "failing", drains: false, program, maxMs: failingMs, until: "cut-off" },
  ];
}

/** The provider is well again, and slow enough for calls to overlap: the first request is waited for, then all are to pass. */
function returning({ ratePerSecond }: Offer, target: Target, openMs: number): LoadStage[] {
  const holdMs = holdOf(target);
  const held = forever({ kind: "latency", delayMs: holdMs });
  const limit = target.integration.policy.limit?.concurrent ?? Number.POSITIVE_INFINITY;
  const offered = (calls: number): number => {
    if (limit < calls) return Math.min(burstMax, (0.8 * limit * 1_000) / holdMs);
    return Math.max(ratePerSecond, Math.min(burstMax, overlapping(target, calls) * (1_000 / holdMs)));
  };
  const shared = { ratePerSecond, program: held, onlyIfSeen: true, drains: false };
  const burst = { ratePerSecond: offered(2 * beyondProbes), until: null };
  const steady = { ratePerSecond: offered(beyondProbes), until: "restored" } as const;
  return [
    {
      ...shared,
      name: "open",
      ratePerSecond: Math.min(ratePerSecond, Math.max(1, (openCallsMax * 1_000) / openMs)),
      maxMs: openMs + 2_000,
      until: "arrival",
    },
    { ...shared, name: "probing", maxMs: holdMs, ...burst },
    { ...shared, name: "healed", maxMs: openMs + 3_000, ...steady, onlyIfSeen: false },
  ];
}

/** How many calls may be under way at once: one where the rate is set, or each is a process. */
function overlapping({ integration, scenario }: Target, calls: number): number {
  return scenario.act.kind === "exec" || integration.policy.rate !== undefined ? 1 : calls;
}

function asLoad(
  facts: BreakerFacts,
  { ratePerSecond }: Offer,
  stages: readonly LoadStage[],
  target: Target,
  slowMs = 0,
): Partial<ExperimentSpec> {
  const cutOffMs = facts.declared ? Math.min(1_000, Math.round(facts.openMs * 0.6)) : 1_000;
  const procedure: LoadSpec = {
    kind: "load",
    stages,
    inFlightMax: 200,
    callsMax: 800,
    // What is under way when it opens is waited for, and five calls beyond that.
    cutOffMs: Math.max(cutOffMs, slowMs + Math.ceil(6_000 / ratePerSecond)),
  };
  return { procedure, samples: 1, samplesMax: 2, perInstance: 1, horizonMs: callHorizonMs(target) };
}

function expectedMs(facts: BreakerFacts, { ratePerSecond, failingCalls }: Offer): number {
  const failing = facts.declared ? failingCalls / 3 : failingCalls;
  return ((healthyCalls + failing) / ratePerSecond) * 1000 + 1_000;
}
