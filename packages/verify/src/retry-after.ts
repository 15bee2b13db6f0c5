import { faultEndMs } from "./attempts.ts";
import type { Evidence, ObservedCall } from "./model.ts";
import { largest, median, smallest } from "./stats.ts";

/** What a consumer did with one value of Retry-After. */
export interface Reading {
  /** `2`, `5`, `60`, `date`. */
  readonly value: string;
  readonly askedMs: number;
  /** How much earlier than asked still counts as honoured: dates have a resolution of a second. */
  readonly slackMs: number;
  readonly calls: readonly ObservedCall[];
  /** Waits before the next attempt of the same call. */
  readonly gapsMs: readonly number[];
  readonly verdict:
    | "honoured"
    | "early"
    /** No second attempt within the watch: gave up, or waits still. */
    | "not-sent-again"
    /** The consumer's own schedule is as long, so nothing can be told. */
    | "tells-nothing"
    | "not-seen";
}

/** What a consumer did with Retry-After on one status. */
export interface Readings {
  readonly status: number;
  /** Waits without the header; empty when it is not retried then. */
  readonly ownMs: readonly number[];
  readonly readings: readonly Reading[];
}

/** The values that are tried, in seconds; the last is a reserve for consumers whose own schedule is long. */
export const retryAfterValues = [
  { value: "2", askedMs: 2_000, slackMs: 50, setting: 2 },
  { value: "5", askedMs: 5_000, slackMs: 50, setting: 5 },
  { value: "date", askedMs: 4_000, slackMs: 1_050, setting: { dateInMs: 4_000 } },
  { value: "60", askedMs: 60_000, slackMs: 50, setting: 60 },
  { value: "16", askedMs: 16_000, slackMs: 50, setting: 16 },
] as const;

/** The name of the experiment that sends `status` with a value of Retry-After. */
export function retryAfterName(status: number, value: string): string {
  return `${status}-retry-after-${value}`;
}

/** Reads all that was seen for a status. */
export function readingsOf(status: number, evidence: Evidence): Readings {
  const own = (evidence.experiments[`${status}-once`]?.calls ?? []).flatMap(firstGap);
  const readings = retryAfterValues.map((one) => {
    const calls = evidence.experiments[retryAfterName(status, one.value)]?.calls ?? [];
    const gapsMs = calls.flatMap(firstGap);
    const { value, askedMs, slackMs } = one;
    return {
      value,
      askedMs,
      slackMs,
      calls,
      gapsMs,
      verdict: verdictOf(askedMs, slackMs, calls, gapsMs, own),
    };
  });
  return { status, ownMs: own, readings };
}

/** Whether the status is sent again at all, with the header or without. */
export function isRetried({ ownMs, readings }: Readings): boolean {
  return ownMs.length > 0 || readings.some((one) => one.gapsMs.length > 0);
}

function verdictOf(
  askedMs: number,
  slackMs: number,
  calls: readonly ObservedCall[],
  gapsMs: readonly number[],
  ownMs: readonly number[],
): Reading["verdict"] {
  const fired = calls.filter((call) => call.attempts.some((one) => one.firedMs !== null));
  if (fired.length === 0) return "not-seen";
  const least = askedMs - slackMs;
  if (gapsMs.length === 0) {
    const watchedMs = Math.min(...fired.map((call) => call.watchedUntilMs - call.startedMs));
    const ended = fired.every((call) => call.endedMs !== null);
    return ended || largest(ownMs) <= 0.8 * watchedMs ? "not-sent-again" : "tells-nothing";
  }
  if (smallest(gapsMs) < least) return "early";
  return largest(ownMs) > 0.8 * least ? "tells-nothing" : "honoured";
}

function firstGap(call: ObservedCall): number[] {
  const [first, second] = call.attempts;
  if (first === undefined || second === undefined || first.firedMs === null) return [];
  return [Math.max(0, second.arrivedMs - faultEndMs(first))];
}

/** The typical wait of a reading, in ms. */
export function typicalMs(reading: Reading): number {
  return median(reading.gapsMs);
}
