import type { EffectRecord, ExchangeRecord } from "@holdfast/faults";
import { assemble } from "../evidence.ts";
import type { CallLogRecord, CallRecord, Experiment, Observation } from "../model.ts";

/** The observations of a run by what reports look them up by; exchanges belong to calls exactly as they do for judges. */
export interface EvidenceIndex {
  readonly calls: ReadonlyMap<string, CallRecord>;
  readonly logs: ReadonlyMap<string, CallLogRecord>;
  readonly exchanges: ReadonlyMap<string, ExchangeRecord>;
  /** In order of arrival. */
  readonly byCall: ReadonlyMap<string, readonly ExchangeRecord[]>;
  readonly effects: ReadonlyMap<string, readonly EffectRecord[]>;
  readonly experiments: ReadonlyMap<string, Experiment>;
}

/** Reads all observations once. */
export function indexObservations(observations: readonly Observation[]): EvidenceIndex {
  const { calls, logs, exchangesByCall, effectsByExchange, experiments } = assemble(observations);
  const exchanges = [...exchangesByCall.values()].flat();
  return {
    calls: new Map(calls.map((call) => [call.id, call])),
    logs,
    exchanges: new Map(exchanges.map((exchange) => [exchange.id, exchange])),
    byCall: exchangesByCall,
    effects: effectsByExchange,
    experiments,
  };
}
