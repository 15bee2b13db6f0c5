import type { EffectRecord, ExchangeRecord } from "@holdfast/faults";
import type { CallRecord, Citation } from "../model.ts";
import type { EvidenceIndex } from "./evidence-index.ts";
import { faultText } from "./fault-text.ts";

/** One attempt as it is drawn; times in milliseconds from the call's start. */
export interface TimelineAttempt {
  readonly number: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** False when the exchange was still open when the watching ended. */
  readonly ended: boolean;
  /** From the end of the attempt before it; negative when they overlapped; `null` for the first. */
  readonly gapMs: number | null;
  readonly fault: string | null;
  readonly firedMs: number | null;
  readonly status: number | null;
  /** When the consumer closed its side without a whole answer. */
  readonly gaveUpMs: number | null;
  readonly effects: readonly { readonly atMs: number; readonly deduplicated: boolean }[];
  /** It arrived after the caller had its answer. */
  readonly late: boolean;
  readonly connection: number;
  readonly reused: boolean;
}

/** One cited call with its attempts. */
export interface Timeline {
  readonly call: string;
  readonly experiment: string;
  readonly note: string;
  readonly outcome: CallRecord["outcome"];
  readonly status: number | null;
  readonly error: string | null;
  /** When the caller had its answer; `null` when the horizon passed first. */
  readonly answeredMs: number | null;
  readonly watchedMs: number;
  readonly attempts: readonly TimelineAttempt[];
}

/** The timeline of a cited call; `null` when the observations do not hold it. */
export function timelineOf(citation: Citation, index: EvidenceIndex): Timeline | null {
  const call = index.calls.get(citation.call);
  if (call === undefined) return null;
  const exchanges = exchangesOf(citation, index);
  const attempts = exchanges.map((exchange, at) =>
    attemptOf(exchange, at, exchanges[at - 1], call, index.effects.get(exchange.id) ?? []),
  );
  return {
    call: call.id,
    experiment: citation.experiment,
    note: citation.note,
    outcome: call.outcome,
    status: call.status,
    error: call.error,
    answeredMs: call.endedMs === null ? null : call.endedMs - call.startedMs,
    watchedMs: call.watchedUntilMs - call.startedMs,
    attempts,
  };
}

/** What is cited and whatever else belongs to the call and the same operation, in order of arrival. */
function exchangesOf(citation: Citation, index: EvidenceIndex): readonly ExchangeRecord[] {
  const cited = citation.exchanges.flatMap((id) => index.exchanges.get(id) ?? []);
  const operations = new Set(cited.map((exchange) => `${exchange.integration}.${exchange.operation}`));
  const others = (index.byCall.get(citation.call) ?? []).filter(
    (exchange) => cited.length === 0 || operations.has(`${exchange.integration}.${exchange.operation}`),
  );
  return [...new Set([...cited, ...others])].sort((one, other) => one.arrivedMs - other.arrivedMs);
}

function attemptOf(
  exchange: ExchangeRecord,
  at: number,
  before: ExchangeRecord | undefined,
  call: CallRecord,
  effects: readonly EffectRecord[],
): TimelineAttempt {
  const since = (ms: number): number => ms - call.startedMs;
  const end = endOf(exchange);
  const beforeEnd =
    before === undefined ? null : (endOf(before) ?? Math.max(call.watchedUntilMs, exchange.arrivedMs));
  return {
    number: at + 1,
    fromMs: since(exchange.arrivedMs),
    toMs: since(end ?? Math.max(call.watchedUntilMs, exchange.arrivedMs)),
    ended: end !== null,
    gapMs: beforeEnd === null ? null : exchange.arrivedMs - beforeEnd,
    fault: exchange.fault === null || exchange.firedMs === null ? null : faultText(exchange.fault.spec),
    firedMs: exchange.firedMs === null ? null : since(exchange.firedMs),
    status: exchange.response?.status ?? null,
    gaveUpMs: exchange.consumerClosed === null ? null : since(exchange.consumerClosed.atMs),
    effects: effects.map((effect) => ({ atMs: since(effect.atMs), deduplicated: effect.deduplicated })),
    late: call.endedMs !== null && exchange.arrivedMs > call.endedMs,
    connection: exchange.connection,
    reused: exchange.ordinal > 0,
  };
}

/** When an exchange was over for the consumer: answered whole, given up, or ended by the fault; `null` while open. */
function endOf(exchange: ExchangeRecord): number | null {
  const ends = [exchange.response?.completeMs, exchange.consumerClosed?.atMs].filter(
    (ms) => typeof ms === "number",
  );
  if (ends.length > 0) return Math.min(...ends);
  return exchange.end === "fault-closed" || exchange.end === "provider-closed"
    ? exchange.faultCompleteMs
    : null;
}
