import type { ExchangeRecord, ProxyProblemRecord } from "@holdfast/faults";
import type {
  Attempt,
  BesideEvidence,
  CallRecord,
  Experiment,
  InstanceRecord,
  LoadEvidence,
  LoadRecord,
  ObservedCall,
  StandstillRecord,
  Target,
} from "./model.ts";
import { neighboursOf } from "./neighbours.ts";
import { stoodStillInCall, stoodStillInLoad } from "./standstills.ts";

/** What a run has seen, as far as loads are concerned. */
interface Assembled {
  readonly loads: readonly LoadRecord[];
  readonly calls: readonly CallRecord[];
  readonly instances: readonly InstanceRecord[];
  readonly exchangesByCall: ReadonlyMap<string, readonly ExchangeRecord[]>;
  readonly problemsByInstance: ReadonlyMap<string, readonly ProxyProblemRecord[]>;
  readonly standstills: readonly StandstillRecord[];
}

/** Joins a call with what belongs to it, and with its attempts of a target's operation. */
type Observe = (call: CallRecord, target: Target) => ObservedCall;

/** The loads of an experiment, each with its calls in the order in which they began. */
export function loadsOf(
  experiment: Experiment,
  assembled: Assembled,
  target: Target,
  observe: Observe,
): LoadEvidence[] {
  return assembled.loads
    .filter((record) => record.experiment === experiment.id)
    .map((record) => loadOf(record, experiment, { assembled, target, observe }));
}

interface Seen {
  readonly assembled: Assembled;
  readonly target: Target;
  readonly observe: Observe;
}

function loadOf(record: LoadRecord, { procedure }: Experiment, seen: Seen): LoadEvidence {
  const { assembled, target } = seen;
  const beside = procedure?.kind === "load" ? (procedure.beside ?? []) : [];
  const neighbours = neighboursOf(target);
  const rows = beside.map(({ scenario }): BesideEvidence => {
    const neighbour = neighbours.find((one) => one.scenario.name === scenario) ?? target;
    return { scenario, calls: rowOf(record, scenario, { ...seen, target: neighbour }).calls };
  });
  return {
    record,
    ...rowOf(record, undefined, seen),
    ...(rows.length === 0 ? {} : { beside: rows }),
    problem: problemOf(record, procedure, assembled),
  };
}

/** The calls of a row of a load, and how many requests of its operation belong to none of them; `undefined` is the load's own row. */
function rowOf(
  record: LoadRecord,
  row: string | null | undefined,
  { assembled, target, observe }: Seen,
): Pick<LoadEvidence, "calls" | "strays"> {
  const calls = assembled.calls
    .filter((call) => call.phase === "load" && call.instance === record.instance && call.beside === row)
    .map((call) => observe(call, target))
    .toSorted((a, b) => a.startedMs - b.startedMs);
  const lost = unattributed(record, assembled, target);
  const byTrace = Map.groupBy(lost, (one) => traceOf(one, calls));
  return {
    calls: calls.map((call) => withAttempts(call, byTrace.get(call.traceId) ?? [])),
    strays: byTrace.get("")?.length ?? 0,
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

function problemOf(
  record: LoadRecord,
  procedure: Experiment["procedure"],
  { problemsByInstance, instances, standstills }: Assembled,
): string | null {
  const [problem] = problemsByInstance.get(record.instance) ?? [];
  if (problem !== undefined) return `the proxy had a problem: ${problem.code}`;
  if (record.stoppedBecause !== null) return record.stoppedBecause;
  const instance = instances.find((one) => one.instance === record.instance);
  if (instance?.end === "exited") return "the instance ended by itself";
  // A herd is judged by when its calls come back, as a call is.
  const span = { startedMs: record.startedMs, untilMs: record.endedMs };
  return procedure?.kind === "herd"
    ? stoodStillInCall(span, standstills, true)
    : stoodStillInLoad(span, standstills);
}
