import type { FaultProgram } from "@holdfast/faults";
import type { BreakerFacts } from "./breaker-facts.ts";
import { callHorizonMs, expectedWaitsMs, forever, spec, statusFault } from "./experiments.ts";
import { mostPerSecond, offerOf } from "./load-experiments.ts";
import type { ExperimentSpec, Target } from "./model.ts";
import { type Neighbour, neighbourName } from "./neighbours.ts";
import type { BesideCalls, LoadSpec, LoadStage } from "./procedure-model.ts";

/** The load under which the provider fails for good, with calls of other operations beside it. */
export const cutOffBesideName = "load-503-beside";
/** The same with a provider that is silent. */
export const silenceBesideName = "load-silence-beside";

/** How long both rows of calls are seen while nothing is wrong: some forty calls of each neighbour. */
const usualHealthyMs = 5_000;
/** Calls of the operation meanwhile where a breaker is to open afterwards: successes dilute its window. */
const healthyCalls = 12;
/** How many calls of a neighbour begin in a second: few beside an operation that fails, for they dilute a breaker that all share. */
const rateBesideFailing = 8;
const rateBesideSilent = 12;
/** A question to the service itself is no load. */
const rateOfReady = 5;
/** Calls of the failing operation: several for each of a neighbour's. */
const failingRate = 40;
/** A breaker that neighbours share sees their successes too, so it is offered more failures than one of its own would want. */
const dilution = 1.5;
/** How long it is looked on once the operation is cut off: some sixty calls of each neighbour. */
const cutOffWatchedMs = 8_000;
/** Calls of a silent operation in a second, and how long they are made: some hundred calls of each neighbour. */
const silentRate = 25;
const silentMs = 10_000;
/** What calls may still take at the end. */
const tailMs = 4_000;
const untouched: FaultProgram = { steps: [] };

/** Calls at a steady rate: all is well, then every answer is 503 until the operation is cut off and for some time beyond; neighbours beside. */
export function cutOffBeside(
  facts: BreakerFacts,
  target: Target,
  neighbours: readonly Neighbour[],
): ExperimentSpec[] {
  if (neighbours.length === 0) return [];
  const offer = offerOf(facts, target);
  const ratePerSecond = Math.min(mostPerSecond(target), Math.max(offer.ratePerSecond, failingRate));
  const healthyRate = Math.min(mostPerSecond(target), (healthyCalls * 1_000) / usualHealthyMs);
  const healthyMs = (healthyCalls * 1_000) / healthyRate;
  const failingMs = (dilution * offer.failingCalls * 1_000) / ratePerSecond;
  const program = forever(statusFault(503));
  const shared = { program, ratePerSecond, drains: false };
  const maxMs = failingMs + Math.min(tailMs, expectedWaitsMs(target));
  const stages: LoadStage[] = [
    healthy(healthyRate, healthyMs),
    { ...shared, name: "failing", maxMs, until: "cut-off", onlyIfSeen: false },
    { ...shared, name: "open", maxMs: cutOffWatchedMs, until: null, onlyIfSeen: true },
  ];
  const cutOffMs = facts.declared ? Math.min(1_000, Math.round(facts.openMs * 0.6)) : 1_000;
  const procedure: LoadSpec = {
    kind: "load",
    stages,
    inFlightMax: 200,
    callsMax: 1_200,
    cutOffMs: Math.max(cutOffMs, Math.ceil(6_000 / ratePerSecond)),
    beside: neighbours.map((one) => calledBeside(one, rateBesideFailing)),
  };
  const summary = `${ratePerSecond} calls a second are answered with 503 until the provider is left alone and for ${cutOffWatchedMs / 1_000} s beyond, beside calls of ${namesOf(neighbours)}, which is well.`;
  const expectedMs = healthyMs + failingMs / (facts.declared ? 3 : 1) + cutOffWatchedMs + 1_000;
  return [spec(target, cutOffBesideName, summary, program, { ...asLoad(target), procedure, expectedMs })];
}

/** Calls at a steady rate: all is well, then no answer comes; neighbours beside, and the service's own answer that it is ready. */
export function silenceBeside(target: Target, neighbours: readonly Neighbour[]): ExperimentSpec {
  const ratePerSecond = Math.min(mostPerSecond(target), silentRate);
  const program = forever({ kind: "hang" });
  const shared = { program, until: null, onlyIfSeen: false, drains: false };
  const stages: LoadStage[] = [
    healthy(ratePerSecond, usualHealthyMs),
    { ...shared, name: "failing", ratePerSecond, maxMs: silentMs },
  ];
  const ready = target.contract.service?.ready ?? null;
  const procedure: LoadSpec = {
    kind: "load",
    stages,
    // Nobody is held back: how many calls wait is what is asked.
    inFlightMax: 1_000,
    callsMax: 1_000,
    cutOffMs: silentMs,
    beside: [
      ...neighbours.map((one) => calledBeside(one, rateBesideSilent)),
      ...(ready === null ? [] : [{ scenario: null, ratePerSecond: rateOfReady }]),
    ],
  };
  const names =
    neighbours.length === 0
      ? "questions whether the service is ready"
      : `calls of ${namesOf(neighbours)}, which is well`;
  const summary = `${ratePerSecond} calls a second get no answer for ${silentMs / 1_000} s, beside ${names}.`;
  const expectedMs = usualHealthyMs + silentMs + tailMs;
  return spec(target, silenceBesideName, summary, program, { ...asLoad(target), procedure, expectedMs });
}

function healthy(ratePerSecond: number, maxMs: number): LoadStage {
  const stage = {
    name: "healthy",
    program: untouched,
    until: null,
    onlyIfSeen: false,
    drains: true,
  } as const;
  return { ...stage, ratePerSecond, maxMs };
}

/** No faster than the neighbour itself says it goes. */
function calledBeside(neighbour: Neighbour, ratePerSecond: number): BesideCalls {
  return {
    scenario: neighbour.scenario.name,
    ratePerSecond: Math.min(ratePerSecond, mostPerSecond(neighbour)),
  };
}

function namesOf(neighbours: readonly Neighbour[]): string {
  return neighbours.map(neighbourName).join(" and ");
}

/** Twenty seconds of load belong to a longer run; where a verdict stays open there may be three of them. */
function asLoad(target: Target): Partial<ExperimentSpec> {
  const horizonMs = callHorizonMs(target);
  return { samples: 1, samplesMax: 3, perInstance: 1, horizonMs, profile: "full" };
}
