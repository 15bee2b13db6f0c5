import type { EffectRecord, ExchangeRecord, FaultSpec } from "@holdfast/faults";
import type {
  CallRecord,
  Experiment,
  ExperimentRecord,
  InstanceRecord,
  NoiseRecord,
  Observation,
  RunRecord,
} from "../../model.ts";

/** One attempt of a made-up call, in milliseconds from the call's start. */
export interface MadeAttempt {
  readonly atMs: number;
  readonly endMs: number | null;
  readonly fault?: FaultSpec;
  readonly status?: number;
  readonly gaveUpMs?: number;
  readonly effectMs?: number;
  readonly deduplicated?: boolean;
  readonly connection?: number;
}

/** A made-up call with its attempts. */
export interface MadeCall {
  readonly id: string;
  readonly experiment: string;
  readonly startedMs: number;
  readonly tookMs: number | null;
  readonly outcome: CallRecord["outcome"];
  readonly status: number | null;
  readonly error?: string;
  readonly watchedMs: number;
  readonly attempts: readonly MadeAttempt[];
}

const target = "place-order/payments.charge";

/** The run that the made-up observations come from. */
export const run: RunRecord = {
  type: "run",
  schemaVersion: 1,
  run: "20261123-140205-7f3a",
  startedAt: "2026-11-23T14:02:05.118Z",
  seed: 4207,
  contractFile: "services/checkout/holdfast.yaml",
  contractDigest: "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab",
  versions: { holdfast: "0.1.0", node: "24.21.0", platform: "linux x64" },
  jobs: 8,
  cores: 2,
  runbooks: { payments: { path: "runbooks/payments.md", text: null } },
};

/** The noise of the machine in that run. */
export const noise: NoiseRecord = {
  type: "noise",
  samples: 40,
  sigmaMs: 0.8,
  p50Ms: 0.6,
  p99Ms: 3.1,
  maxMs: 4.4,
};

/** An experiment of the made-up run, with its end. */
export function experiment(
  name: string,
  summary: string,
  checks: readonly string[],
  fault: FaultSpec | null,
  cost: {
    readonly samples: number;
    readonly wallMs: number;
    readonly lowerBoundMs: number;
    readonly times?: number;
  },
): ExperimentRecord {
  const plan: Experiment = {
    id: `${target}/${name}`,
    name,
    summary,
    scenario: "place-order",
    integration: "payments",
    operation: "charge",
    program: { steps: [{ fault, times: cost.times ?? "forever" }] },
    samples: cost.samples,
    samplesMax: cost.samples * 3,
    horizonMs: 10_000,
    connection: "any",
    perInstance: 4,
    quiet: false,
    lingerGaps: 2,
    expectedMs: cost.lowerBoundMs,
    checks,
    lowerBoundMs: cost.lowerBoundMs,
  };
  return {
    type: "experiment",
    experiment: plan,
    wallMs: cost.wallMs,
    samples: cost.samples,
    stoppedBecause: null,
  };
}

/** The records of one made-up call: instance, exchanges, effects, then the call itself. */
export function callRecords(made: MadeCall): readonly Observation[] {
  const instance = `i-${made.id}`;
  const records: Observation[] = [instanceRecord(instance, made)];
  for (const [index, attempt] of made.attempts.entries()) {
    const exchange = exchangeRecord(made, attempt, index);
    records.push({ ...exchange, instance });
    if (attempt.effectMs !== undefined) {
      const effect: EffectRecord = {
        type: "effect",
        exchange: exchange.id,
        integration: "payments",
        operation: "charge",
        atMs: made.startedMs + attempt.effectMs,
        effectKey: `hmac:${made.id}`,
        idempotencyKey: `hmac:${made.id}-${index}`,
        deduplicated: attempt.deduplicated === true,
      };
      records.push({ ...effect, instance });
    }
  }
  const { id, experiment: name, startedMs, outcome, status } = made;
  records.push({
    type: "call",
    id,
    experiment: `${target}/${name}`,
    instance,
    phase: "sample",
    index: 0,
    startedMs,
    endedMs: made.tookMs === null ? null : startedMs + made.tookMs,
    outcome,
    horizonMs: 10_000,
    watchedUntilMs: startedMs + made.watchedMs,
    status,
    error: made.error ?? null,
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    correlation: null,
  });
  return records;
}

function instanceRecord(instance: string, made: MadeCall): InstanceRecord {
  return {
    type: "instance",
    instance,
    experiment: `${target}/${made.experiment}`,
    startedMs: made.startedMs - 320,
    readyMs: made.startedMs - 20,
    endedMs: made.startedMs + made.watchedMs,
    end: "stopped",
    exitCode: 0,
    exitSignal: null,
    answeredAfter: true,
    lastWords: [],
  };
}

function exchangeRecord(made: MadeCall, attempt: MadeAttempt, index: number): ExchangeRecord {
  const from = (ms: number | null | undefined): number | null =>
    ms === null || ms === undefined ? null : made.startedMs + ms;
  const arrivedMs = made.startedMs + attempt.atMs;
  const closedMs = from(attempt.gaveUpMs);
  return {
    type: "exchange",
    id: `p-${made.id}.${attempt.connection ?? index + 1}.0`,
    proxy: `p-${made.id}`,
    integration: "payments",
    operation: "charge",
    armedCall: made.id,
    connection: attempt.connection ?? index + 1,
    ordinal: 0,
    arrivedMs,
    requestCompleteMs: arrivedMs + 0.4,
    request: {
      method: "POST",
      target: "/v1/charges",
      headers: [["content-type", "application/json"]],
      bodyBytes: 64,
      digest: "d",
      bodyDigest: "b",
      fields: { "/orderId": `hmac:${made.id}` },
      mentions: [made.id],
    },
    fault: attempt.fault === undefined ? null : { spec: attempt.fault, step: 0 },
    firedMs: attempt.fault === undefined ? null : arrivedMs + 0.5,
    faultCompleteMs: attempt.fault === undefined ? null : from(attempt.endMs),
    delivered: attempt.effectMs !== undefined,
    provider:
      attempt.effectMs === undefined ? null : { status: 201, doneMs: made.startedMs + attempt.effectMs },
    response:
      attempt.status === undefined
        ? null
        : {
            status: attempt.status,
            headers: [],
            bodyBytes: 48,
            firstByteMs: arrivedMs + 1.2,
            completeMs: from(attempt.endMs),
          },
    consumerClosed: closedMs === null ? null : { atMs: closedMs, how: "fin" },
    end: endOf(attempt),
  };
}

function endOf(attempt: MadeAttempt): ExchangeRecord["end"] {
  if (attempt.gaveUpMs !== undefined) return "consumer-closed";
  if (attempt.endMs === null) return "open";
  return attempt.status === undefined ? "fault-closed" : "complete";
}
