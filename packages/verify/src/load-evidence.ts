import type { ExchangeRecord, ProxyProblemRecord } from "@holdfast/faults";
import type {
  Attempt,
  CallRecord,
  Experiment,
  InstanceRecord,
  LoadEvidence,
  LoadRecord,
  ObservedCall,
  Target,
} from "./model.ts";

/** What a run has seen, as far as loads are concerned. */
interface Assembled {
  readonly loads: readonly LoadRecord[];
  readonly calls: readonly CallRecord[];
  readonly instances: readonly InstanceRecord[];
  readonly exchangesByCall: ReadonlyMap<string, readonly ExchangeRecord[]>;
  readonly problemsByInstance: ReadonlyMap<string, readonly ProxyProblemRecord[]>;
}

/** The loads of an experiment, each with its calls in the order in which they began; `observed` joins a call with what belongs to it. */
export function loadsOf(
  experiment: Experiment,
  assembled: Assembled,
  target: Target,
  observed: (call: CallRecord) => ObservedCall,
): LoadEvidence[] {
  return assembled.loads
    .filter((record) => record.experiment === experiment.id)
    .map((record) => loadOf(record, assembled, target, observed));
}

function loadOf(
  record: LoadRecord,
  assembled: Assembled,
  target: Target,
  observed: (call: CallRecord) => ObservedCall,
): LoadEvidence {
  const calls = assembled.calls
    .filter((call) => call.phase === "load" && call.instance === record.instance)
    .map(observed)
    .toSorted((a, b) => a.startedMs - b.startedMs);
  const lost = unattributed(record, assembled, target);
  const byTrace = Map.groupBy(lost, (one) => traceOf(one, calls));
  return {
    record,
    calls: calls.map((call) => withAttempts(call, byTrace.get(call.traceId) ?? [])),
    strays: byTrace.get("")?.length ?? 0,
    problem: problemOf(record, assembled),
  };
}

/** Requests of the operation that came during the load without the id of a call in them. */
function unattributed(
  record: LoadRecord,
  { exchangesByCall }: Assembled,
  { integration, operation }: Target,
): ExchangeRecord[] {
  return (exchangesByCall.get("") ?? []).filter(
    (one) =>
      one.proxy === `${record.instance}-${integration.name}` &&
      one.operation === operation.name &&
      one.arrivedMs >= record.startedMs &&
      one.arrivedMs <= record.endedMs,
  );
}

/** The trace by which a request without the id is still known to be of a call; empty when there is none. */
function traceOf(exchange: ExchangeRecord, calls: readonly ObservedCall[]): string {
  const { mentions } = exchange.request;
  return calls.find(({ traceId }) => mentions.includes(traceId))?.traceId ?? "";
}

function withAttempts(call: ObservedCall, more: readonly ExchangeRecord[]): ObservedCall {
  if (more.length === 0) return call;
  const all = [...call.attempts, ...more].toSorted((a, b) => a.arrivedMs - b.arrivedMs);
  return { ...call, attempts: all.map((one, index): Attempt => ({ ...one, number: index + 1 })) };
}

function problemOf(record: LoadRecord, { problemsByInstance, instances }: Assembled): string | null {
  const [problem] = problemsByInstance.get(record.instance) ?? [];
  if (problem !== undefined) return `the proxy had a problem: ${problem.code}`;
  if (record.stoppedBecause !== null) return record.stoppedBecause;
  const instance = instances.find((one) => one.instance === record.instance);
  return instance?.end === "exited" ? "the instance ended by itself" : null;
}
