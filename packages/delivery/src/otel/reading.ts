import type { Clock } from "@holdfast/core";
import type { BatchObservableResult, Meter } from "@opentelemetry/api";
import type { Backlog } from "../statistics.ts";
import type { Instruments } from "./instruments.ts";
import { attribute, errorTypeOf } from "./names.ts";

/** Where the backlog is asked for. */
export interface Watched {
  backlog(): Promise<Backlog>;
}

/**
 * Reads what waits whenever somebody collects, and asks the database every `everyMs` at most, however many collect. While it does not answer
 * nothing is observed, and exporters may go on showing the last number: `holdfast.delivery.errors` with the part `backlog` says so. Returns
 * what stops it.
 */
export function readBacklog(
  watched: Watched,
  {
    meter,
    gauges,
    counters,
    clock,
    everyMs,
  }: {
    readonly meter: Meter;
    readonly gauges: Instruments["gauges"];
    readonly counters: Instruments["counters"];
    readonly clock: Clock;
    readonly everyMs: number;
  },
): () => void {
  let known: { readonly atMs: number; readonly backlog: Promise<Backlog> } | null = null;
  const ask = (): Promise<Backlog> => {
    const nowMs = clock.monotonic();
    if (known === null || nowMs - known.atMs >= everyMs) known = { atMs: nowMs, backlog: watched.backlog() };
    return known.backlog;
  };
  const read = async (result: BatchObservableResult): Promise<void> => {
    try {
      observe(result, gauges, await ask());
    } catch (error) {
      known = null;
      counters.errors.add(1, { [attribute.part]: "backlog", [attribute.errorType]: errorTypeOf(error) });
    }
  };
  const all = Object.values(gauges);
  meter.addBatchObservableCallback(read, all);
  return () => meter.removeBatchObservableCallback(read, all);
}

function observe(result: BatchObservableResult, gauges: Instruments["gauges"], backlog: Backlog): void {
  const { outbox, parked, deadLetters } = backlog;
  result.observe(gauges.outboxMessages, outbox.messages);
  result.observe(gauges.outboxAge, (outbox.oldestMs ?? 0) / 1_000);
  result.observe(gauges.outboxFailing, outbox.failing);
  for (const { consumer, messages, oldestMs } of parked) {
    const of = { [attribute.consumer]: consumer };
    result.observe(gauges.parkedMessages, messages, of);
    result.observe(gauges.parkedAge, oldestMs / 1_000, of);
  }
  // A rule that alerts on a rise needs the zero before it.
  if (deadLetters.groups.length === 0) result.observe(gauges.deadLetters, 0);
  for (const { type, origin, consumer, reason, letters } of deadLetters.groups)
    result.observe(gauges.deadLetters, letters, {
      [attribute.messageType]: type,
      [attribute.origin]: origin,
      [attribute.reason]: reason,
      ...(consumer === null ? {} : { [attribute.consumer]: consumer }),
    });
  result.observe(gauges.deadLetterAge, (deadLetters.oldestMs ?? 0) / 1_000);
}
