import type { EffectRecord, ExchangeRecord } from "@holdfast/faults";
import type { CallRecord, Experiment, InstanceRecord, Observation, RunRecord } from "../model.ts";
import { type AttemptFacts, attemptOf, experimentOf, instanceOf } from "./evidence.ts";

/** The first line of a run. */
export function runRecord(facts: Partial<RunRecord> = {}): RunRecord {
  return {
    type: "run",
    schemaVersion: 1,
    run: "r1",
    startedAt: "2026-11-23T10:00:00.000Z",
    seed: 7,
    contractFile: "/shop/holdfast.yaml",
    contractDigest: "0",
    versions: { holdfast: "0.1.0", node: "24", platform: "linux" },
    jobs: 4,
    cores: 2,
    runbooks: {},
    ...facts,
  };
}

/** An experiment of `payments.charge` in the scenario `place-order`. */
export function experimentRecord(name: string, facts: Partial<Experiment> = {}): Experiment {
  return { ...experimentOf(name, []).experiment, samples: 3, samplesMax: 6, checks: ["bounded"], ...facts };
}

/** A call of an experiment, from second `at` on for a second. */
export function callRecord(id: string, facts: Partial<CallRecord> = {}): CallRecord {
  const startedMs = facts.startedMs ?? 1_000;
  return {
    type: "call",
    id,
    experiment: "place-order/payments.charge/503-forever",
    instance: "instance-0",
    phase: "sample",
    index: 1,
    startedMs,
    endedMs: startedMs + 1_000,
    outcome: "failed",
    horizonMs: 20_000,
    watchedUntilMs: startedMs + 1_500,
    status: 502,
    error: "the provider answered 503",
    traceId: "0".repeat(32),
    correlation: null,
    ...facts,
  };
}

/** An exchange on an instance, armed for a call. */
export function exchangeRecord(
  call: string,
  facts: AttemptFacts & {
    readonly id?: string;
    readonly mentions?: readonly string[];
    readonly instance?: string;
  },
): ExchangeRecord & { readonly instance: string } {
  const { number: _number, ...attempt } = attemptOf(facts, 1_000, 1, call);
  const { mentions = [], instance = "instance-0" } = facts;
  return {
    ...attempt,
    ...(facts.id === undefined ? {} : { id: facts.id }),
    ...("armedCall" in facts ? { armedCall: facts.armedCall ?? null } : {}),
    ...("operation" in facts ? { operation: facts.operation ?? null } : {}),
    request: { ...attempt.request, mentions },
    instance,
  };
}

/** An effect of an exchange. */
export function effectRecord(exchange: string): EffectRecord & { readonly instance: string } {
  return {
    type: "effect",
    exchange,
    integration: "payments",
    operation: "charge",
    atMs: 1_000,
    effectKey: "e",
    idempotencyKey: null,
    deduplicated: false,
    instance: "instance-0",
  };
}

/** A whole small run of one experiment: calls with one failing attempt each, on instances that stopped in good order. */
export function smallRun(
  name: string,
  calls: readonly CallRecord[],
  more: readonly Observation[] = [],
  instances: readonly InstanceRecord[] = [instanceOf({ experiment: `place-order/payments.charge/${name}` })],
): Observation[] {
  return [
    runRecord(),
    ...instances,
    ...calls,
    ...calls.map((call) => exchangeRecord(call.id, { at: 5, id: `x-${call.id}`, instance: call.instance })),
    ...more,
    {
      type: "experiment",
      experiment: experimentRecord(name),
      wallMs: 3_000,
      samples: calls.length,
      stoppedBecause: null,
    },
  ];
}
