import process from "node:process";
import type { Contract } from "@holdfast/contract";
import { systemClock } from "@holdfast/core";
import type { CallRecord, Experiment, InstanceRecord, Observation, Plan } from "@holdfast/verify";
import { runContract } from "../../src/run/run-contract.ts";
import type { RunDecisions, RunOptions, RunResult } from "../../src/run/run-options.ts";
import { temporaryFolder } from "./contract.ts";

/** An experiment on the charges of `service.mjs`. */
export function experimentOf(name: string, settings: Partial<Experiment> = {}): Experiment {
  return {
    id: `place-order/payments.charge/${name}`,
    name,
    summary: name,
    program: { steps: [{ fault: { kind: "status", status: 503 }, times: "forever" }] },
    samples: 2,
    samplesMax: 4,
    horizonMs: 5000,
    connection: "any",
    perInstance: 2,
    quiet: false,
    lingerGaps: 1,
    expectedMs: 300,
    scenario: "place-order",
    integration: "payments",
    operation: "charge",
    checks: [],
    lowerBoundMs: 0,
    ...settings,
  };
}

/** Decisions with a fixed list of experiments. */
export function fixed(
  experiments: readonly Experiment[],
  more: RunDecisions["more"] = () => [],
): RunDecisions {
  const plan = ({ seed }: { readonly seed: number }): Plan => ({
    seed,
    experiments,
    notApplicable: [],
    lowerBoundMs: 0,
    estimateMs: 1000,
  });
  return { plan, more };
}

/** Makes a run with the options of a test. */
export function runOf(
  contract: Contract,
  decisions: RunDecisions,
  changes: Partial<RunOptions> = {},
): Promise<RunResult> {
  return runContract(
    {
      contract,
      seed: 1,
      jobs: 4,
      cores: 2,
      budgetMs: null,
      out: temporaryFolder(),
      allowHosts: [],
      allowBypass: false,
      signal: new AbortController().signal,
      progress: () => {},
      environment: process.env,
      holdfastVersion: "0.0.0",
      clock: systemClock,
      ...changes,
    },
    decisions,
  );
}

type OfType<T extends Observation["type"]> = Extract<Observation, { type: T }>;

/** The observations of one type. */
export function only<T extends Observation["type"]>(
  observations: readonly Observation[],
  type: T,
): OfType<T>[] {
  return observations.filter((observation): observation is OfType<T> => observation.type === type);
}

export const samplesOf = (observations: readonly Observation[]): CallRecord[] =>
  only(observations, "call").filter(({ phase }) => phase === "sample");

export const instancesOf = (observations: readonly Observation[]): InstanceRecord[] =>
  only(observations, "instance");
