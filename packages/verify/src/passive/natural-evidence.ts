import { forever, once, spec } from "../experiments.ts";
import type { Evidence, Experiment, ExperimentEvidence, Target } from "../model.ts";
import type { NaturalCall, TrafficView } from "./model.ts";

/** Natural failures under the names of the experiments that make them on purpose, so that a check can be asked as it is. */
export function evidenceOf(
  view: TrafficView,
  byName: Readonly<Record<string, readonly NaturalCall[]>>,
): Evidence {
  const experiments = Object.entries(byName)
    .filter(([, calls]) => calls.length > 0)
    .map(([name, calls]) => [name, experimentEvidence(name, calls, view.target)] as const);
  return {
    experiments: Object.fromEntries(experiments),
    healthy: view.healthy,
    noise: view.noise,
    leaks: [],
    canaries: [],
    bypasses: [],
    blackHoles: [],
    handshakes: [],
    runbook: null,
    spansSent: 0,
    stoodStill: 0,
    failed: [],
  };
}

function experimentEvidence(name: string, calls: readonly NaturalCall[], target: Target): ExperimentEvidence {
  const id = `traffic/${target.integration.name}.${target.operation.name}/${name}`;
  const fault = { kind: "natural" };
  const program = name.endsWith("-forever") ? forever(fault) : once(fault);
  const experiment: Experiment = {
    ...spec(target, name, "What failed by itself.", program, {}),
    id,
    scenario: target.scenario.name,
    integration: target.integration.name,
    operation: target.operation.name,
    checks: [],
    lowerBoundMs: 0,
  };
  return {
    experiment,
    calls: calls.map((call) => ({ ...call, experiment: id })),
    instances: [],
    setAside: [],
  };
}

/** Calls whose first attempt failed in this way, and that ended there or went well with the next one. */
export function metOnce(calls: readonly NaturalCall[], kind: string): NaturalCall[] {
  return calls.filter(({ kinds }) => kinds[0] === kind && (kinds.length === 1 || kinds[1] === null));
}

/** Statuses that say that the provider is down. */
const outageKinds: readonly string[] = ["500", "502", "503", "504"];

/** Calls of which every attempt was answered by a provider that is down. */
export function metOutage(calls: readonly NaturalCall[]): NaturalCall[] {
  return calls.filter(({ kinds }) => kinds.every((kind) => kind !== null && outageKinds.includes(kind)));
}

/** Failures of neighbours that make a call's failure a part of an outage: a quarter of the twenty calls before it. */
const neighbours = 20;
const outageShare = 0.25;

/**
 * Calls that met a failure of their own while the provider was well: in an outage a budget, a breaker or the time that is left may hold a
 * retry back, and rightly so.
 */
export function isolated(calls: readonly NaturalCall[]): NaturalCall[] {
  const failed = calls.map(({ kinds }) => (kinds[0] === null ? 0 : 1));
  let within = 0;
  return calls.filter((_, at) => {
    const share = within / Math.max(1, Math.min(neighbours, at));
    within += (failed[at] ?? 0) - (failed[at - neighbours] ?? 0);
    return at >= 5 && share <= outageShare;
  });
}

/** Whether an answer asked to wait: the wait after it is then the provider's, not the consumer's. */
export function wasAskedToWait({ attempts }: NaturalCall): boolean {
  return attempts.some((one) => one.response?.headers.some(([name]) => name === "retry-after") === true);
}
