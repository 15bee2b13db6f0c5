import type { ExchangeRecord } from "@holdfast/faults";

const lingerMinMs = 200;
const lingerMaxMs = 3000;
/** How long the wire of a hung attempt is watched for its release after the caller had its answer. */
export const hungWatchMs = 2500;

/** Until when late attempts of a call are listened for, on the run's clock. */
export function listenUntilMs(call: {
  readonly outcome: "succeeded" | "failed" | "unfinished";
  readonly answeredMs: number;
  readonly exchanges: readonly ExchangeRecord[];
  readonly lingerGaps: number;
  /** Watched at least this long, whatever the gaps were. */
  readonly lingerMs: number;
}): number {
  const { answeredMs, exchanges } = call;
  if (call.outcome === "unfinished") return answeredMs;
  const held = exchanges.some(isHeld) ? hungWatchMs : 0;
  const fired = exchanges.some((exchange) => exchange.firedMs !== null);
  if (call.outcome === "succeeded" && !fired) return answeredMs + call.lingerMs;
  const gaps = call.outcome === "succeeded" ? 0 : call.lingerGaps * lastGapMs(exchanges);
  const waited = Math.min(Math.max(gaps, lingerMinMs), lingerMaxMs);
  return answeredMs + Math.max(held, waited, call.lingerMs);
}

/** The consumer still holds an attempt that gets no answer: a leak, if it stays so. */
function isHeld(exchange: ExchangeRecord): boolean {
  return exchange.firedMs !== null && exchange.end === "open" && exchange.consumerClosed === null;
}

/** From the end of the last attempt but one to the arrival of the last. */
export function lastGapMs(exchanges: readonly ExchangeRecord[]): number {
  const last = exchanges.at(-1);
  const before = exchanges.at(-2);
  if (last === undefined || before === undefined) return 0;
  return Math.max(0, last.arrivedMs - endOfMs(before));
}

function endOfMs(exchange: ExchangeRecord): number {
  const ends = [exchange.faultCompleteMs, exchange.consumerClosed?.atMs, exchange.response?.completeMs];
  return ends.find((endMs) => typeof endMs === "number") ?? exchange.arrivedMs;
}
