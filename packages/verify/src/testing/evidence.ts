import type { Contract, HttpIntegration, Operation, Scenario, Service } from "@holdfast/contract";
import type { EffectRecord } from "@holdfast/faults";
import { judgeOne } from "../judge.ts";
import type {
  Attempt,
  CallLogRecord,
  Check,
  Evidence,
  ExperimentEvidence,
  InstanceRecord,
  Judgement,
  ObservedCall,
  Target,
} from "../model.ts";
import type { SpanRecord } from "../otlp/span-record.ts";
import { type RequestFacts, requestOf } from "./requests.ts";
import { spanOf } from "./spans.ts";

/** What a test says about an attempt; the rest is an attempt that arrived at once and met its fault. */
export interface AttemptFacts extends Partial<Attempt> {
  /** When it arrived, in ms after the start of its call. */
  readonly at: number;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly digest?: string;
  readonly body?: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** When the consumer closed the connection. */
  readonly closedAt?: number;
  /** When the fault was done; at arrival when left out, `null` for a fault that never ends. */
  readonly doneAt?: number | null;
  /** A healthy exchange: no fault. */
  readonly healthy?: boolean;
}

/** What a test says about a call; the rest is a call that took as long as its attempts. */
export interface CallFacts {
  readonly attempts?: readonly AttemptFacts[];
  readonly outcome?: ObservedCall["outcome"];
  /** When the caller had its answer; `null` never. */
  readonly endedAt?: number | null;
  readonly watchedUntil?: number;
  readonly instance?: string;
  readonly index?: number;
  readonly effects?: readonly Partial<EffectRecord>[];
  readonly otherEffects?: readonly Partial<EffectRecord>[];
  /** Requests of a sample that takes several; times in ms after the start of the call. */
  readonly requests?: readonly RequestFacts[];
  readonly log?: Partial<CallLogRecord> | null;
  readonly spans?: readonly Partial<SpanRecord>[];
  readonly traceId?: string;
  readonly correlation?: string | null;
  readonly traceparent?: string | null;
}

/** A target on a contract with the given policy and operation. */
export function targetWith(
  facts: {
    readonly policy?: HttpIntegration["policy"];
    readonly operation?: Partial<Operation>;
    readonly service?: Partial<Service> | null;
    readonly scenario?: Partial<Scenario>;
    readonly severity?: HttpIntegration["severity"];
    readonly contract?: Partial<Contract>;
  } = {},
): Target {
  const operation: Operation = {
    name: "charge",
    request: { method: "GET", path: "/v1/charges" },
    idempotencyKey: null,
    effectKey: null,
    answer: { status: 200, headers: {}, body: "{}" },
    errors: {},
    compensates: null,
    ...facts.operation,
  };
  const integration: HttpIntegration = {
    name: "payments",
    protocol: "http",
    provider: { kind: "stub" },
    address: { kind: "env", name: "PAYMENTS_URL" },
    tls: false,
    operations: [operation],
    policy: facts.policy ?? {},
    layer: "library",
    severity: facts.severity ?? "high",
    slo: null,
    runbook: { written: "runbooks/payments.md", path: "/shop/runbooks/payments.md" },
  };
  const scenario: Scenario = {
    name: "place-order",
    act: { kind: "http", request: { method: "POST", path: "/orders" }, headers: {}, body: null },
    expect: null,
    uses: [{ integration: "payments", operation: "charge" }],
    effects: [],
    ...facts.scenario,
  };
  const service: Service | null =
    facts.service === null
      ? null
      : {
          name: "checkout",
          prepare: null,
          start: ["node", "service.ts"],
          stop: null,
          url: "http://127.0.0.1:${port}",
          ready: { method: "GET", path: "/health" },
          env: {},
          logs: null,
          metrics: null,
          correlation: null,
          serves: [],
          ...facts.service,
        };
  const contract: Contract = {
    file: "/shop/holdfast.yaml",
    folder: "/shop",
    digest: "0".repeat(64),
    service,
    integrations: [integration],
    scenarios: [scenario],
    accept: [],
    operations: null,
    notBuilt: [],
    passThrough: [],
    warnings: [],
    secrets: [],
    at: () => ({ line: 1, column: 1 }),
    declares: () => false,
    ...facts.contract,
  };
  return { contract, scenario, integration, operation };
}

/** An attempt from its facts. */
export function attemptOf(facts: AttemptFacts, startedMs = 0, number = 1, call = "call"): Attempt {
  const {
    at,
    method = "GET",
    headers = {},
    digest = `digest-${call}-${number}`,
    body = `body-${call}`,
  } = facts;
  const arrivedMs = startedMs + at;
  const done = facts.doneAt === undefined ? at : facts.doneAt;
  const healthy = facts.healthy === true;
  const { fields = {}, closedAt } = facts;
  return {
    type: "exchange",
    id: `${call}.${number}`,
    proxy: "p",
    integration: "payments",
    operation: "charge",
    armedCall: call,
    connection: 1,
    ordinal: 0,
    arrivedMs,
    requestCompleteMs: arrivedMs,
    request: {
      method,
      target: "/v1/charges",
      headers: Object.entries(headers),
      bodyBytes: 0,
      digest,
      bodyDigest: body,
      fields,
      mentions: [],
    },
    fault: healthy ? null : { spec: { kind: "test" }, step: 0 },
    firedMs: healthy ? null : arrivedMs,
    faultCompleteMs: healthy || done === null ? null : startedMs + done,
    delivered: healthy,
    provider: null,
    response: null,
    consumerClosed: closedAt === undefined ? null : { atMs: startedMs + closedAt, how: "fin" },
    end: "complete",
    number,
    ...only(facts, [
      "ordinal",
      "request",
      "firedMs",
      "response",
      "delivered",
      "faultCompleteMs",
      "requestCompleteMs",
      "fault",
    ]),
  };
}

function only(facts: AttemptFacts, names: readonly (keyof Attempt)[]): Partial<Attempt> {
  return Object.fromEntries(names.filter((name) => name in facts).map((name) => [name, facts[name]]));
}

let counter = 0;

/** A call from its facts, in an experiment. */
export function callOf(facts: CallFacts, experiment: string, index = 0): ObservedCall {
  counter += 1;
  const id = `call-${counter}`;
  const startedMs = counter * 100_000;
  return {
    type: "call",
    id,
    experiment: `place-order/payments.charge/${experiment}`,
    instance: facts.instance ?? `instance-${index}`,
    phase: "sample",
    index: facts.index ?? 1,
    startedMs,
    ...endOf(facts, startedMs),
    horizonMs: 20_000,
    status: null,
    error: null,
    traceId: facts.traceId ?? counter.toString(16).padStart(32, "0"),
    correlation: facts.correlation ?? null,
    ...(facts.traceparent === undefined ? {} : { traceparent: facts.traceparent }),
    attempts: (facts.attempts ?? []).map((one, at) => attemptOf(one, startedMs, at + 1, id)),
    effects: (facts.effects ?? []).map((one) => effectOf(one, id, startedMs)),
    otherEffects: (facts.otherEffects ?? []).map((one) => effectOf(one, id, startedMs)),
    requests: (facts.requests ?? []).map((one, number) => requestOf(one, { call: id, number, startedMs })),
    log: facts.log ? logOf(facts.log, id) : null,
    spans: (facts.spans ?? []).map(spanOf),
  };
}

function endOf(
  facts: CallFacts,
  startedMs: number,
): Pick<ObservedCall, "endedMs" | "outcome" | "watchedUntilMs"> {
  const last = Math.max(0, ...(facts.attempts ?? []).map((one) => one.doneAt ?? one.at));
  const endedAt = facts.endedAt === undefined ? last + 5 : facts.endedAt;
  if (endedAt === null) {
    const watchedUntilMs = startedMs + (facts.watchedUntil ?? 20_000);
    return { endedMs: null, outcome: facts.outcome ?? "unfinished", watchedUntilMs };
  }
  const watchedUntilMs = startedMs + (facts.watchedUntil ?? endedAt + 3_000);
  return { endedMs: startedMs + endedAt, outcome: facts.outcome ?? "failed", watchedUntilMs };
}

function effectOf(facts: Partial<EffectRecord>, call: string, atMs: number): EffectRecord {
  return {
    type: "effect",
    exchange: `${call}.1`,
    integration: "payments",
    operation: "charge",
    atMs,
    effectKey: call,
    idempotencyKey: null,
    deduplicated: false,
    ...facts,
  };
}

function logOf(facts: Partial<CallLogRecord>, call: string): CallLogRecord {
  return { type: "call-log", call, instance: "", lines: 0, linesWithId: 0, excerpt: [], ...facts };
}

/** What an experiment brought, from the facts of its calls. */
export function experimentOf(
  name: string,
  calls: readonly CallFacts[],
  more: Partial<Omit<ExperimentEvidence, "calls">> = {},
): ExperimentEvidence {
  const id = `place-order/payments.charge/${name}`;
  return {
    experiment: {
      id,
      name,
      summary: "",
      program: { steps: name === "healthy" ? [] : [{ fault: { kind: "test" }, times: 1 }] },
      samples: calls.length,
      samplesMax: calls.length,
      horizonMs: 20_000,
      connection: "any",
      perInstance: 1,
      quiet: false,
      lingerGaps: 1,
      expectedMs: 100,
      scenario: "place-order",
      integration: "payments",
      operation: "charge",
      checks: [],
      lowerBoundMs: 0,
    },
    calls: calls.map((one, index) => callOf(one, name, index)),
    instances: [],
    setAside: [],
    ...more,
  };
}

/** An instance that lived through its experiment, or what is said of it. */
export function instanceOf(facts: Partial<InstanceRecord> = {}): InstanceRecord {
  return {
    type: "instance",
    instance: "instance-0",
    experiment: "place-order/payments.charge/503-forever",
    startedMs: 0,
    readyMs: 100,
    endedMs: 1_000,
    end: "stopped",
    exitCode: 0,
    exitSignal: null,
    answeredAfter: true,
    lastWords: [],
    ...facts,
  };
}

/** Evidence with a green baseline of 35 healthy calls, besides the given experiments and whatever is said otherwise. */
export function evidenceWith(
  experiments: Readonly<Record<string, readonly CallFacts[] | ExperimentEvidence>>,
  more: Partial<Evidence> & { readonly healthyCall?: (index: number) => CallFacts } = {},
): Evidence {
  const { healthyCall = () => ({}), ...rest } = more;
  return {
    experiments: Object.fromEntries(
      Object.entries(experiments).map(([name, found]) => [
        name,
        "experiment" in found ? found : experimentOf(name, found),
      ]),
    ),
    healthy: Array.from({ length: 35 }, (_, index) =>
      callOf({ ...wellDone, ...healthyCall(index) }, "healthy", index),
    ),
    noise: { type: "noise", samples: 30, sigmaMs: 0.5, p50Ms: 0.5, p99Ms: 4, maxMs: 8 },
    leaks: [],
    canaries: [],
    bypasses: [],
    blackHoles: [],
    handshakes: [],
    runbook: null,
    spansSent: 0,
    stoodStill: 0,
    failed: [],
    ...rest,
  };
}

const wellDone: CallFacts = { attempts: [{ at: 2, healthy: true }], outcome: "succeeded" };

/** What a check says about evidence. */
export function verdictOf(check: Check, evidence: Evidence, target: Target = targetWith()): Judgement {
  return judgeOne(check, evidence, target);
}

/** The same facts several times. */
export function times(count: number, facts: CallFacts | ((index: number) => CallFacts)): CallFacts[] {
  return Array.from({ length: count }, (_, index) => (typeof facts === "function" ? facts(index) : facts));
}
