import type { Runtime } from "../runtime.ts";
import { type ReadInstruments, readInstruments } from "./instruments.ts";
import type { Attributes, MeterPart, ReadResult } from "./meter-part.ts";
import { attribute, whose } from "./names.ts";
import { PolicySums } from "./policy-sums.ts";
import { breakerStates, callOutcomes, type Tally, tallies } from "./tally.ts";

/**
 * What a runtime counts in any case, read whenever somebody collects: calls pay nothing for it, and none is missed, not even those of
 * before. Returns what stops it.
 */
export function readStatistics(runtime: Runtime, meter: MeterPart, keys: boolean): () => void {
  const instruments = readInstruments(meter);
  const sums = new PolicySums();
  const read = (result: ReadResult): void => {
    const perKey = tallies(runtime.statistics());
    // The series of a key that is forgotten ends; when the key comes back, it begins anew.
    for (const tally of keys ? perKey : sums.of(perKey)) {
      const of = whose(tally, keys);
      readCounts(result, instruments, tally, of);
      readState(result, instruments, tally, of);
    }
  };
  const all = Object.values(instruments);
  meter.addBatchObservableCallback(read, all);
  return () => meter.removeBatchObservableCallback(read, all);
}

function readCounts(
  result: ReadResult,
  instruments: ReadInstruments,
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
  result: ReadResult,
  instruments: ReadInstruments,
  { breakers, available, limit }: Tally,
  of: Attributes,
): void {
  for (const state of breakers.size === 0 ? [] : breakerStates)
    result.observe(instruments.breakerState, breakers.get(state) ?? 0, { ...of, [attribute.state]: state });
  if (available !== null) result.observe(instruments.budgetAvailable, available, of);
  if (limit === null) return;
  result.observe(instruments.limitActive, limit.active, of);
  result.observe(instruments.limitWaiting, limit.waiting, of);
}
