import { waitBounds } from "@holdfast/core";
import type { Retries } from "./facts.ts";

/** The time from the first attempt to the last one when every one fails and every wait is as long as it can be. */
export function retriesMs({ attempts, backoff }: Retries): number {
  let sumMs = 0;
  for (let retry = 0; retry < attempts - 1; retry++) sumMs += waitBounds(backoff, retry).maxMs;
  return sumMs;
}

/** How long after it first arrived a message may come again, and what that is made of. */
export interface Horizon {
  readonly outboxMs: number;
  readonly outageMs: number;
  readonly parkedMs: number;
  readonly deadLetterMs: number;
  readonly totalMs: number;
}

/** Nobody's clocks and timers are exact. */
const slackMs = 10 * 60_000;

/** The retry horizon of one consumer on one route. */
export function horizonOf(
  relay: Retries,
  consumer: Retries,
  assumptions: { readonly outageMs: number; readonly deadLetterMs: number },
): Horizon {
  const outboxMs = retriesMs(relay);
  const parkedMs = retriesMs(consumer);
  const { outageMs, deadLetterMs } = assumptions;
  return {
    outboxMs,
    outageMs,
    parkedMs,
    deadLetterMs,
    totalMs: outboxMs + outageMs + parkedMs + deadLetterMs + slackMs,
  };
}

const units: readonly (readonly [string, number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
];

/** A length of time as people say it, in one unit: `7 d`, `3.2 h`, `45 s`. */
export function spokenMs(ms: number): string {
  const [unit, size] = units.find(([, of]) => ms >= of) ?? ["ms", 1];
  const value = ms / size;
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ${unit}`;
}
