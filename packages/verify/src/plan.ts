import type { Contract } from "@holdfast/contract";
import { checks } from "./checks/index.ts";
import type { Check, Experiment, ExperimentSpec, Plan, Profile, Target } from "./model.ts";
import { belongsTo, profileDefault, scaled } from "./profiles.ts";
import { largest, sum } from "./stats.ts";

/** What a plan is made for. */
export interface PlanOptions {
  readonly seed: number;
  /** Instances side by side. */
  readonly jobs: number;
  readonly cores: number;
  /** What starting one instance takes, as measured at the gate. */
  readonly startMs: number;
  /** Ids of checks or items; all when left out. */
  readonly only?: readonly string[];
  /** How thorough the run is; `pr` when left out. */
  readonly profile?: Profile;
}

/** Every operation a scenario uses, once per scenario. */
export function targets(contract: Contract): Target[] {
  return contract.scenarios.flatMap((scenario) => {
    const seen = new Set<string>();
    return scenario.uses.flatMap((use): Target[] => {
      const name = `${use.integration}.${use.operation}`;
      const integration = contract.integrations.find((one) => one.name === use.integration);
      const operation = integration?.operations.find((one) => one.name === use.operation);
      if (integration === undefined || operation === undefined || seen.has(name)) return [];
      seen.add(name);
      return [{ contract, scenario, integration, operation }];
    });
  });
}

/** The checks that `only` asks for, by id or by item; all without it. */
export function selected(only: readonly string[] | undefined): readonly Check[] {
  if (only === undefined || only.length === 0) return checks;
  return checks.filter((check) => only.includes(check.id) || only.includes(check.item));
}

/** Where a target stands in reports: `integration.operation`. */
export function placeOf(target: Target): string {
  return `${target.integration.name}.${target.operation.name}`;
}

/** Decides which experiments a contract asks for. Experiments of one name and target are run once for all their checks. */
export function planRun(contract: Contract, options: PlanOptions): Plan {
  const { only, profile = profileDefault } = options;
  const wanted = targets(contract).map((target) => ({ target, ...wantedBy(target, only) }));
  const merged = wanted.flatMap(({ target, specs }) =>
    merge(specs.filter(({ spec }) => belongsTo(profile, spec.profile))).map((spec) => ({
      target,
      spec: scaled(spec, profile),
    })),
  );
  const apart = merged.map(({ target, spec }) => ({ target, spec: aloneOnInstance(spec) }));
  // Where there is a place for every instance at once, nothing is saved by sharing one.
  const fits = sum(apart.map(({ spec }) => instancesOf(spec))) <= options.jobs;
  const experiments = (fits ? apart : merged)
    .map(({ target, spec }) => placed(spec, target, options))
    .toSorted((a, b) => b.lowerBoundMs - a.lowerBoundMs);
  return {
    seed: options.seed,
    experiments,
    notApplicable: wanted.flatMap((one) => one.notApplicable),
    lowerBoundMs: lowerBound(experiments, options),
    estimateMs: estimate(experiments, options),
  };
}

type Wanted = { readonly check: string; readonly spec: ExperimentSpec };

function wantedBy(target: Target, only: readonly string[] | undefined) {
  const specs: Wanted[] = [];
  const notApplicable: Plan["notApplicable"][number][] = [];
  for (const check of selected(only)) {
    const subject = check.about(target);
    if (isNotApplicable(subject)) {
      notApplicable.push({ check: check.id, at: placeOf(target), because: subject.notApplicable });
    } else {
      specs.push(...check.plan(subject, target).map((spec) => ({ check: check.id, spec })));
    }
  }
  return { specs, notApplicable };
}

/** Whether a check said that it does not apply. */
export function isNotApplicable(subject: unknown): subject is { readonly notApplicable: string } {
  return typeof subject === "object" && subject !== null && "notApplicable" in subject;
}

type Merged = ExperimentSpec & { readonly checks: readonly string[] };

/** One experiment per name: most samples, longest watch, fewest samples per instance, quiet if anyone needs it. */
function merge(wanted: readonly Wanted[]): Merged[] {
  const byName = new Map<string, Merged>();
  for (const { check, spec } of wanted) {
    const known = byName.get(spec.name);
    byName.set(spec.name, known === undefined ? { ...spec, checks: [check] } : union(known, spec, check));
  }
  return [...byName.values()];
}

function union(known: Merged, spec: ExperimentSpec, check: string): Merged {
  return {
    ...known,
    samples: Math.max(known.samples, spec.samples),
    samplesMax: Math.max(known.samplesMax, spec.samplesMax),
    horizonMs: Math.max(known.horizonMs, spec.horizonMs),
    perInstance: Math.min(known.perInstance, spec.perInstance),
    quiet: known.quiet || spec.quiet,
    lingerGaps: Math.max(known.lingerGaps, spec.lingerGaps),
    lingerMs: Math.max(known.lingerMs ?? 0, spec.lingerMs ?? 0),
    expectedMs: Math.max(known.expectedMs, spec.expectedMs),
    checks: known.checks.includes(check) ? known.checks : [...known.checks, check],
  };
}

/** Calls that share an instance only to save its start get one each. */
function aloneOnInstance(spec: Merged): Merged {
  return spec.instanceMs === undefined ? spec : { ...spec, perInstance: 1 };
}

function placed(merged: Merged, target: Target, options: PlanOptions): Experiment {
  const { scenario, integration, operation } = target;
  return {
    ...merged,
    id: `${scenario.name}/${integration.name}.${operation.name}/${merged.name}`,
    scenario: scenario.name,
    integration: integration.name,
    operation: operation.name,
    lowerBoundMs: merged.samples === 0 ? 0 : chainMs(merged, options.startMs),
  };
}

function perSampleMs(spec: ExperimentSpec): number {
  return spec.expectedMs + Math.max(200, spec.lingerMs ?? 0);
}

/** What one instance of an experiment is busy with, one thing after the other. */
function chainMs(spec: ExperimentSpec, startMs: number): number {
  const serial = Math.min(spec.perInstance, spec.samples);
  return startMs + serial * perSampleMs(spec);
}

function instancesOf(spec: ExperimentSpec): number {
  return Math.ceil(spec.samples / spec.perInstance);
}

/** The longest chain, all starts over all cores, all work over all places: nothing can be faster than the longest of these. */
function lowerBound(experiments: readonly Experiment[], options: PlanOptions): number {
  const longest = largest([0, ...experiments.map((one) => one.lowerBoundMs)]);
  const starts = sum(experiments.map(instancesOf)) * options.startMs;
  const busy = sum(
    experiments.map((one) => instancesOf(one) * options.startMs + one.samples * perSampleMs(one)),
  );
  return Math.round(Math.max(longest, starts / Math.max(1, options.cores), busy / Math.max(1, options.jobs)));
}

/** Quiet experiments keep others from starting, so their time is added to the bound. */
function estimate(experiments: readonly Experiment[], options: PlanOptions): number {
  const quiet = experiments
    .filter((one) => one.quiet && one.samples > 0)
    .map((one) => chainMs(one, options.startMs));
  return Math.round(1.2 * lowerBound(experiments, options) + sum(quiet) + options.startMs);
}
