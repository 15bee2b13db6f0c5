import type { EffectRecord, ExchangeRecord, ProxyProblemRecord } from "@holdfast/faults";
import { isSafe } from "./attempts.ts";
import { isOneCall } from "./experiments.ts";
import { loadsOf } from "./load-evidence.ts";
import type {
  Attempt,
  CallLogRecord,
  CallRecord,
  Evidence,
  Experiment,
  ExperimentEvidence,
  InstanceRecord,
  LoadRecord,
  NoiseRecord,
  Observation,
  ObservedCall,
  RequestRecord,
  RunRecord,
  StandstillRecord,
  Target,
} from "./model.ts";
import type { SpanRecord } from "./otlp/span-record.ts";
import { stoodStillInCall, stoodStillShare } from "./standstills.ts";
import { largest, smallest } from "./stats.ts";

/** All observations of a run, sorted by kind and joined by call. */
export interface Assembled {
  readonly run: RunRecord | null;
  readonly noise: NoiseRecord | null;
  readonly experiments: ReadonlyMap<string, Experiment>;
  readonly instances: readonly InstanceRecord[];
  readonly calls: readonly CallRecord[];
  readonly exchangesByCall: ReadonlyMap<string, readonly ExchangeRecord[]>;
  readonly effectsByExchange: ReadonlyMap<string, readonly EffectRecord[]>;
  readonly requestsByCall: ReadonlyMap<string, readonly RequestRecord[]>;
  readonly loads: readonly LoadRecord[];
  readonly logs: ReadonlyMap<string, CallLogRecord>;
  readonly spansByTrace: ReadonlyMap<string, readonly SpanRecord[]>;
  /** Why experiments have fewer samples than planned. */
  readonly stopped: ReadonlyMap<string, string>;
  readonly problemsByInstance: ReadonlyMap<string, readonly ProxyProblemRecord[]>;
  readonly standstills: readonly StandstillRecord[];
  readonly observations: readonly Observation[];
}

/** Sorts observations and gives every exchange to its call: by the id found in it, else by the call that was armed. */
export function assemble(
  observations: readonly Observation[],
  planned: readonly Experiment[] = [],
): Assembled {
  const of = <T extends Observation["type"]>(type: T) =>
    observations.filter((one): one is Extract<Observation, { type: T }> => one.type === type);
  const calls = uniqueCalls(of("call"));
  const known = new Set(calls.map((call) => call.id));
  const exchanges = of("exchange").toSorted((a, b) => a.arrivedMs - b.arrivedMs);
  const experiments = new Map(planned.map((one) => [one.id, one]));
  const records = of("experiment");
  for (const { experiment } of records) experiments.set(experiment.id, experiment);
  return {
    run: of("run")[0] ?? null,
    noise: of("noise").at(-1) ?? null,
    experiments,
    instances: [...new Map(of("instance").map((one) => [one.instance, one])).values()],
    calls,
    exchangesByCall: Map.groupBy(exchanges, (one) => callOf(one, known)),
    effectsByExchange: Map.groupBy(of("effect"), (one) => one.exchange),
    requestsByCall: Map.groupBy(of("request"), (one) => one.call),
    loads: of("load"),
    logs: new Map(of("call-log").map((one) => [one.call, one])),
    spansByTrace: Map.groupBy(of("span"), (one) => one.trace),
    stopped: new Map(
      records.flatMap((one) =>
        one.stoppedBecause === null ? [] : [[one.experiment.id, one.stoppedBecause]],
      ),
    ),
    problemsByInstance: Map.groupBy(of("proxy-problem"), (one) => one.instance),
    standstills: of("standstill"),
    observations,
  };
}

/** A call may be recorded when it ends and again when the watch ends: the last word counts. */
function uniqueCalls(calls: readonly CallRecord[]): CallRecord[] {
  return [...new Map(calls.map((call) => [call.id, call])).values()];
}

function callOf(exchange: ExchangeRecord, known: ReadonlySet<string>): string {
  const mentioned = exchange.request.mentions.filter((id) => known.has(id));
  if (exchange.armedCall !== null && mentioned.includes(exchange.armedCall)) return exchange.armedCall;
  return mentioned[0] ?? exchange.armedCall ?? "";
}

/** From the first call to the end of the last. */
function wholeOf(calls: readonly CallRecord[]): { readonly startedMs: number; readonly untilMs: number } {
  const spans = calls.map(spanOf);
  return {
    startedMs: smallest(spans.map(({ startedMs }) => startedMs)),
    untilMs: largest(spans.map(({ untilMs }) => untilMs)),
  };
}

/** A machine whose noise nobody measured yet counts as a busy one, so that what noise could upset stays open. */
const noiseUnknown = { type: "noise", samples: 0, sigmaMs: 1, p50Ms: 1, p99Ms: 20, maxMs: 50 } as const;

/** What a judge may look at for one target. */
export function evidenceFor(assembled: Assembled, target: Target): Evidence {
  const { scenario, integration, operation } = target;
  const prefix = `${scenario.name}/${integration.name}.${operation.name}/`;
  const own = [...assembled.experiments.values()].filter((one) => one.id.startsWith(prefix));
  const experiments = Object.fromEntries(
    own
      .map((one) => [one.name, experimentEvidence(one, assembled, target)] as const)
      .filter(([, found]) => found.calls.length + found.setAside.length > 0 || found.instances.length > 0),
  );
  const faultless = new Set(
    [...assembled.experiments.values()]
      .filter(isOneCall)
      .filter((one) => one.program.steps.every((step) => step.fault === null))
      .map((one) => one.id),
  );
  const healthy = assembled.calls
    .filter((call) => call.experiment.startsWith(`${scenario.name}/`) || call.experiment === scenario.name)
    .filter((call) => call.phase !== "load" && (call.phase !== "sample" || faultless.has(call.experiment)))
    .filter((call) => !isAftermath(call) && !isHeldUp(call, assembled))
    .map((call) => observedCall(call, assembled, target));
  const of = <T extends Observation["type"]>(type: T) =>
    assembled.observations.filter((one): one is Extract<Observation, { type: T }> => one.type === type);
  const alertProof = of("alert-proof").at(-1);
  return {
    experiments,
    healthy,
    noise: assembled.noise ?? noiseUnknown,
    stoodStill: stoodStillShare(wholeOf(assembled.calls), assembled.standstills),
    leaks: of("leak").filter((one) => one.experiment.startsWith(`${scenario.name}/`)),
    canaries: of("canary"),
    bypasses: of("bypass"),
    blackHoles: of("black-hole").filter((one) => one.integration === integration.name),
    handshakes: of("handshakes").filter((one) => one.integration === integration.name),
    runbook: assembled.run?.runbooks[integration.name] ?? null,
    spansSent: of("span").length,
    failed: [],
    ...(alertProof === undefined ? {} : { alertProof }),
  };
}

/** A warm-up that fails on an instance after its first call shows what a fault left behind, not that the baseline is red. */
function isAftermath(call: CallRecord): boolean {
  return call.phase === "warm-up" && call.index > 0 && call.outcome !== "succeeded";
}

/** A call that fails while the machine stands still shows nothing of the service. */
function isHeldUp(call: CallRecord, { standstills }: Assembled): boolean {
  return call.outcome !== "succeeded" && stoodStillInCall(spanOf(call), standstills, true) !== null;
}

function spanOf({ startedMs, endedMs, watchedUntilMs }: CallRecord) {
  return { startedMs, untilMs: endedMs ?? watchedUntilMs };
}

function experimentEvidence(
  experiment: Experiment,
  assembled: Assembled,
  target: Target,
): ExperimentEvidence {
  const samples = assembled.calls
    .filter((call) => call.experiment === experiment.id && call.phase === "sample")
    .map((call) => observedCall(call, assembled, target));
  const instances = assembled.instances.filter((one) => one.experiment === experiment.id);
  const stopped = assembled.stopped.get(experiment.id);
  const reasons = new Map(
    samples.map((call) => [call.id, whySetAside(call, samples, instances, assembled, experiment)]),
  );
  return {
    experiment,
    instances,
    loads: loadsOf(experiment, assembled, target, (call, at) => observedCall(call, assembled, at)),
    calls: samples.filter((call) => reasons.get(call.id) === null),
    setAside: [
      ...samples.flatMap((call) => {
        const because = reasons.get(call.id);
        return typeof because === "string" ? [{ call: call.id, because, observed: call }] : [];
      }),
      ...(stopped === undefined ? [] : [{ call: "", because: stopped }]),
    ],
  };
}

/** How the reason for a poisoned sample begins: another instance can replace it. */
export const poisonedBecause = "nothing reached the wire after an earlier sample of the same instance";

/** The reason for a sample whose instance did not live to the end of its watch. */
export const endedBecause = "the instance ended by itself before the watch did";

/** Why a sample is not fit to judge by, or `null` when it is. */
function whySetAside(
  call: ObservedCall,
  samples: readonly ObservedCall[],
  instances: readonly InstanceRecord[],
  assembled: Assembled,
  { quiet }: Experiment,
): string | null {
  const problem = assembled.problemsByInstance
    .get(call.instance)
    ?.find((one) => one.atMs <= call.watchedUntilMs);
  if (problem) return `the proxy had a problem: ${problem.code}`;
  const stoodStill = stoodStillInCall(spanOf(call), assembled.standstills, quiet);
  if (stoodStill !== null) return stoodStill;
  const instance = instances.find((one) => one.instance === call.instance);
  if (instance?.end === "never-ready") return "the instance was never ready";
  if (instance?.end === "exited" && instance.endedMs !== null && instance.endedMs <= call.watchedUntilMs) {
    return endedBecause;
  }
  const first = samples
    .filter((one) => one.instance === call.instance)
    .toSorted((a, b) => a.index - b.index)[0];
  const used = first !== undefined && first.id !== call.id && first.attempts.length > 0;
  // An open circuit answers at once; a call that never ends waits for something else, for a connection that the first one holds for instance.
  if (used && call.attempts.length === 0 && call.outcome !== "unfinished") {
    return `${poisonedBecause}: an open breaker or an empty budget`;
  }
  return null;
}

/** A call with the attempts and effects of the target's operation. */
export function observedCall(call: CallRecord, assembled: Assembled, target: Target): ObservedCall {
  const { integration, operation } = target;
  const exchanges = assembled.exchangesByCall.get(call.id) ?? [];
  const attempts = exchanges
    .filter((one) => one.integration === integration.name && one.operation === operation.name)
    .map((one, index): Attempt => ({ ...one, number: index + 1 }));
  const effects = attempts
    .flatMap((one) => assembled.effectsByExchange.get(one.id) ?? [])
    .filter((one) => one.integration === integration.name && one.operation === operation.name);
  const otherEffects = exchanges
    .filter((one) => !attempts.some(({ id }) => id === one.id) && !isSafe(one.request.method))
    .flatMap((one) => assembled.effectsByExchange.get(one.id) ?? []);
  const requests = (assembled.requestsByCall.get(call.id) ?? []).toSorted((a, b) => a.number - b.number);
  return {
    ...call,
    attempts,
    effects,
    otherEffects,
    requests,
    log: assembled.logs.get(call.id) ?? null,
    spans: assembled.spansByTrace.get(call.traceId) ?? [],
  };
}
