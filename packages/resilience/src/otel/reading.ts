import type { Attributes, BatchObservableResult, Meter, Observable } from "@opentelemetry/api";
import type { Runtime } from "../runtime.ts";
import { attribute, metric, whose } from "./names.ts";
import { PolicySums } from "./policy-sums.ts";
import { breakerStates, callOutcomes, type Tally, tallies } from "./tally.ts";

/**
 * What a runtime counts in any case, read whenever somebody collects: calls pay nothing for it, and none is missed, not even those of
 * before. Returns what stops it.
 */
export function readStatistics(runtime: Runtime, meter: Meter, keys: boolean): () => void {
  const instruments = makeInstruments(meter);
  const sums = new PolicySums();
  const read = (result: BatchObservableResult): void => {
    const perKey = tallies(runtime.statistics());
    // The series of a key that is forgotten ends; when the key comes back, it begins anew.
    for (const tally of keys ? perKey : sums.of(perKey)) {
      const of = whose(tally, keys);
      readCounts(result, instruments, tally, of);
      readState(result, instruments, tally, of);
    }
  };
  const all: Observable[] = Object.values(instruments);
  meter.addBatchObservableCallback(read, all);
  return () => meter.removeBatchObservableCallback(read, all);
}

type Instruments = ReturnType<typeof makeInstruments>;

function makeInstruments(meter: Meter) {
  return {
    calls: meter.createObservableCounter(metric.calls, {
      unit: "{call}",
      description: "Calls that ended, by how they did: success, fallback, or the code of their error.",
    }),
    attempts: meter.createObservableCounter(metric.attempts, {
      unit: "{attempt}",
      description: "Attempts that began; those beyond one per call are retries.",
    }),
    retries: meter.createObservableCounter(metric.retries, {
      unit: "{retry}",
      description: "Failed attempts that were to be made again.",
    }),
    breakerState: meter.createObservableGauge(metric.breakerState, {
      unit: "{breaker}",
      description:
        "Breakers by state: 1 for the state in which the breaker of a key is, and 0 for the others.",
    }),
    limitActive: meter.createObservableUpDownCounter(metric.limitActive, {
      unit: "{call}",
      description: "Calls that have a place of their policy's limit.",
    }),
    limitWaiting: meter.createObservableUpDownCounter(metric.limitWaiting, {
      unit: "{call}",
      description: "Calls that wait for a place of their policy's limit.",
    }),
  };
}

function readCounts(
  result: BatchObservableResult,
  instruments: Instruments,
  { counted: { calls, attempts, retries } }: Tally,
  of: Attributes,
): void {
  for (const outcome of callOutcomes) {
    const count = calls.get(outcome) ?? 0;
    // A ratio needs its first zero; the many ways to fail can wait until they happen.
    if (count === 0 && outcome !== "success") continue;
    result.observe(instruments.calls, count, { ...of, ...outcomeAttributes(outcome) });
  }
  result.observe(instruments.attempts, attempts, of);
  result.observe(instruments.retries, retries, of);
}

function outcomeAttributes(outcome: string): Attributes {
  const told: Attributes = { [attribute.outcome]: outcome };
  if (outcome !== "success" && outcome !== "fallback") told[attribute.errorType] = outcome;
  return told;
}

function readState(
  result: BatchObservableResult,
  instruments: Instruments,
  { breakers, limit }: Tally,
  of: Attributes,
): void {
  for (const state of breakers.size === 0 ? [] : breakerStates)
    result.observe(instruments.breakerState, breakers.get(state) ?? 0, { ...of, [attribute.state]: state });
  if (limit === null) return;
  result.observe(instruments.limitActive, limit.active, of);
  result.observe(instruments.limitWaiting, limit.waiting, of);
}
