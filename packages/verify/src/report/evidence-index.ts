import type { EffectRecord, ExchangeRecord } from "@holdfast/faults";
import type { CallLogRecord, CallRecord, Experiment, Observation } from "../model.ts";

/** The observations of a run by what reports look them up by. */
export interface EvidenceIndex {
  readonly calls: ReadonlyMap<string, CallRecord>;
  readonly logs: ReadonlyMap<string, CallLogRecord>;
  readonly exchanges: ReadonlyMap<string, ExchangeRecord>;
  /** Exchanges that arrived while a call was armed, by call. */
  readonly byCall: ReadonlyMap<string, readonly ExchangeRecord[]>;
  readonly effects: ReadonlyMap<string, readonly EffectRecord[]>;
  readonly experiments: ReadonlyMap<string, Experiment>;
}

/** Reads all observations once. */
export function indexObservations(observations: readonly Observation[]): EvidenceIndex {
  const calls = new Map<string, CallRecord>();
  const logs = new Map<string, CallLogRecord>();
  const exchanges = new Map<string, ExchangeRecord>();
  const byCall = new Map<string, ExchangeRecord[]>();
  const effects = new Map<string, EffectRecord[]>();
  const experiments = new Map<string, Experiment>();
  const takers: {
    readonly [Type in Observation["type"]]?: (record: Extract<Observation, { type: Type }>) => void;
  } = {
    call: (record) => calls.set(record.id, record),
    "call-log": (record) => logs.set(record.call, record),
    experiment: (record) => experiments.set(record.experiment.id, record.experiment),
    effect: (record) => push(effects, record.exchange, record),
    exchange: (record) => {
      exchanges.set(record.id, record);
      if (record.armedCall !== null) push(byCall, record.armedCall, record);
    },
  };
  for (const record of observations) {
    const take = takers[record.type] as ((record: Observation) => void) | undefined;
    take?.(record);
  }
  return { calls, logs, exchanges, byCall, effects, experiments };
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
