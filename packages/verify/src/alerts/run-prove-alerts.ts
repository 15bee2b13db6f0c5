import type { Contract } from "@holdfast/contract";
import { isCodedError } from "@holdfast/core";
import {
  besideIdle,
  type CapturedFault,
  findPromtool,
  proveOperations,
  readRuleFiles,
  serviceName,
  together,
} from "@holdfast/operate";
import type { Experiment, Observation } from "../model.ts";
import { selected } from "../plan.ts";
import { slowerThan } from "./added-time.ts";
import { type Captures, capturesOf, scrapeError } from "./captures.ts";
import type { AlertProofRecord, CapturedMode } from "./model.ts";
import { type OperationsSources, operationsSources } from "./operations-sources.ts";
import { linkFacts, runbookFacts } from "./run-runbook-facts.ts";

/** What is there to be proved, and by what. */
export interface ProveOptions {
  readonly contract: Contract;
  readonly observations: readonly Observation[];
  readonly experiments: readonly Experiment[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** The items whose checks are about alerts, dashboards and runbooks. */
const items: readonly string[] = ["operations/dashboards-alerts", "operations/runbooks"];

/** Whether a check of a run asks for what is recorded of its alerts. */
export function asksForAlerts(only: readonly string[] | undefined): boolean {
  return selected(only).some(({ item }) => items.includes(item));
}

/** What a run records of its alerts: nothing where the run is ended meanwhile. */
export async function observeAlerts(options: ProveOptions): Promise<readonly AlertProofRecord[]> {
  if (options.signal.aborted) return [];
  try {
    const record = await proveAlerts(options);
    return record === null ? [] : [record];
  } catch (failure) {
    if (options.signal.aborted) return [];
    throw failure;
  }
}

/** Puts the rules and dashboards of a contract to the proof, over what the run saw; `null` where there is nothing to prove. */
export async function proveAlerts(options: ProveOptions): Promise<AlertProofRecord | null> {
  const { contract, observations, experiments } = options;
  const scrapes = observations.filter((one) => one.type === "scrape");
  const runbooks = runbookFacts(options);
  const hasObjective = contract.integrations.some(({ slo }) => slo !== null);
  if (!hasObjective && contract.operations === null && runbooks.length === 0) return null;
  const captures = capturesOf(observations, experiments);
  const metrics = metricsOf(captures);
  const kept = observations.find((one) => one.type === "run")?.operations;
  const sources = operationsSources(contract, kept, metrics);
  const names = readRuleFiles(sources.rules).rules;
  const nameOf = (kind: "alert" | "record"): readonly string[] => [
    ...new Set(names.filter((rule) => rule.kind === kind).map(({ name }) => name)),
  ];
  const outcome = await outcomeOf(options, captures, sources);
  const links = outcome.proof === null ? [] : linkFacts(contract, outcome.proof);
  return {
    type: "alert-proof",
    rules: sources.rulesOf,
    dashboards: sources.dashboardsOf,
    scrapes: {
      read: scrapes.filter(({ text }) => text !== null).length,
      failed: scrapes.filter(({ text }) => text === null).length,
      firstError: scrapeError(scrapes),
    },
    metrics: [...metrics].toSorted(),
    recorded: nameOf("record"),
    alerts: nameOf("alert"),
    modes: captures.modes.map((mode) => modeOf(mode, contract)),
    ...outcome,
    runbooks,
    links,
  };
}

/** A way to fail as it is kept, with the calls that were slow where an objective asks for them. */
function modeOf(
  { footprint: _, scenario: __, addedMs, ...mode }: Captures["modes"][number],
  { integrations }: Contract,
): CapturedMode {
  const limits = integrations.find(({ name }) => name === mode.integration)?.slo?.latency ?? null;
  return addedMs === null || limits === null ? mode : { ...mode, slow: slowerThan(addedMs, limits) };
}

function metricsOf({ healthy, modes }: Captures): ReadonlySet<string> {
  const footprints = [
    ...healthy.values(),
    ...modes.flatMap(({ footprint }) => (footprint === null ? [] : [footprint])),
  ];
  return new Set(footprints.flatMap(({ series }) => [...series.values()].map(({ name }) => name)));
}

type Outcome = Pick<AlertProofRecord, "problem" | "proof">;

async function outcomeOf(
  options: ProveOptions,
  captures: Captures,
  sources: OperationsSources,
): Promise<Outcome> {
  const { contract } = options;
  const refuse = (code: string, says: string, remedy: string): Outcome => ({
    problem: { code, says, remedy },
    proof: null,
  });
  if (sources.rulesOf === "none" && sources.dashboardsOf === "none")
    return refuse(
      "NO_RULES",
      sources.problem ?? "there are no rules, and no objective to make some of",
      "Declare an slo, or name the team's rules under operations.rules.",
    );
  const healthy = together([...captures.healthy.values()]);
  if (healthy === null) {
    const scrapes = options.observations.filter((one) => one.type === "scrape");
    const why = scrapeError(scrapes) ?? "no instance was asked for them before and after its healthy calls";
    const [first, ...others] = [...new Set([why, ...scrapes.flatMap(({ error }) => error ?? [])])];
    const more = others.length === 0 ? "" : `; later: ${others[0]}`;
    return refuse(
      "NO_METRICS",
      `no metrics of a healthy call could be read: ${first}${more}`,
      "Answer service.metrics on the service's own port with status 200 and Prometheus' text format, in 2 s and 2 MB at most.",
    );
  }
  try {
    const promtool = await findPromtool(options.environment, options.signal);
    const proof = await proveOperations(
      {
        service: serviceName(contract),
        rules: sources.rules,
        dashboards: sources.dashboards,
        healthy,
        faults: faultsOf(captures),
      },
      promtool,
    );
    return { problem: null, proof };
  } catch (failure) {
    if (!isCodedError(failure)) throw failure;
    return refuse(failure.code, failure.message, failure.remedy ?? "");
  }
}

/**
 * Faults under which calls failed and whose metrics were read; slow alerts are proved against the worst of each integration in any case. What
 * the service exports of other scenarios stands still meanwhile: that they were not called is no fault.
 */
function faultsOf({ modes, healthy }: Captures): readonly CapturedFault[] {
  const usable = modes
    .filter(({ failed }) => failed > 0)
    .toSorted((a, b) => b.failed / b.calls - a.failed / a.calls)
    .flatMap(({ id, integration, footprint, scenario }) => {
      const before = healthy.get(scenario);
      const others = [...healthy].filter(([name]) => name !== scenario).map(([, one]) => one);
      if (footprint === null || before === undefined) return [];
      const [fault, health] = [besideIdle(footprint, others), besideIdle(before, others)];
      return [{ id, integration, footprint: fault, healthy: health }];
    });
  const worst = new Set(
    [...Map.groupBy(usable, ({ integration }) => integration).values()].map(([first]) => first?.id),
  );
  return usable.map(({ integration: _, ...fault }) => ({ ...fault, slowToo: worst.has(fault.id) }));
}
