import type { Scenario } from "@holdfast/contract";
import { invariant } from "@holdfast/core";
import type { BesideCalls, LoadSpec } from "../../procedure-model.ts";
import { driveLoadCall } from "../drive-load-call.ts";
import type { Driver } from "../drivers/driver.ts";
import { readyDriver } from "../drivers/ready.ts";
import type { RunContext } from "../run-context.ts";
import { LoadRow } from "./load-row.ts";
import type { SampleTools } from "./procedure.ts";

/** Calls beside a load, and how fast they begin. */
export interface BesideRow {
  readonly row: LoadRow;
  readonly ratePerSecond: number;
}

/** A row for each kind of call beside a load; how many there are is bounded by their rate and the length of the stages alone. */
export function besideRows(context: RunContext, tools: SampleTools, spec: LoadSpec): readonly BesideRow[] {
  return (spec.beside ?? []).map((calls) => rowOf(context, tools, calls));
}

function rowOf(context: RunContext, tools: SampleTools, calls: BesideCalls): BesideRow {
  const { instance, experiment, identity } = tools;
  const { horizonMs } = experiment;
  const beside = calledBy(context, tools, calls);
  const row = new LoadRow({
    clock: context.clock,
    begin: (byTrace) => driveLoadCall(context, instance, identity(), { horizonMs, byTrace, beside }),
    inFlightMax: Number.POSITIVE_INFINITY,
    callsMax: Number.POSITIVE_INFINITY,
  });
  return { row, ratePerSecond: calls.ratePerSecond };
}

function calledBy(
  { contract, clock, signal }: RunContext,
  { instance }: SampleTools,
  calls: BesideCalls,
): { readonly scenario: Scenario | null; readonly driver: Driver } {
  const { url, driverOf } = instance;
  if (calls.scenario === null) {
    const ready = contract.service?.ready ?? null;
    invariant(ready !== null && url !== null, "who is asked whether it is ready is a service that says how");
    return { scenario: null, driver: readyDriver({ url, ready, clock, signal }) };
  }
  const scenario = contract.scenarios.find(({ name }) => name === calls.scenario);
  invariant(
    scenario !== undefined && driverOf !== null,
    "calls beside a load are of the service's scenarios",
  );
  return { scenario, driver: driverOf(scenario) };
}
