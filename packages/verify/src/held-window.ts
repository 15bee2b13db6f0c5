import { many } from "./judgement.ts";
import { millis } from "./limits.ts";
import type { LoadView } from "./load-view.ts";
import type { Attempt, ObservedCall } from "./model.ts";
import { smallest } from "./stats.ts";

/** A call that began this short before the end of the window may not have had the time to send. */
const settleMs = 30;

/** What came and what stayed away while the first request after an opening was not answered. */
export interface Held {
  readonly forMs: number;
  /** Requests that came while no answer was given, the first included. */
  readonly requests: readonly Attempt[];
  /** Calls that began meanwhile, and those of them that sent nothing. */
  readonly offered: readonly ObservedCall[];
  readonly kept: readonly ObservedCall[];
}

/** The time from the first request after an opening until its answer, or until `endsMs` on the clock of the run. */
export function heldWindow({ load }: LoadView, probe: Attempt, endsMs: number): Held {
  const fromMs = probe.arrivedMs;
  const attempts = load.calls.flatMap((call) => call.attempts).filter((one) => one.arrivedMs >= fromMs);
  const answers = attempts.flatMap((one) => [one.response?.firstByteMs, one.consumerClosed?.atMs]);
  const untilMs = smallest([endsMs, ...answers.filter((ms): ms is number => typeof ms === "number")]);
  const requests = attempts.filter((one) => one.arrivedMs < untilMs);
  const offered = load.calls.filter(
    (call) => call.startedMs >= fromMs && call.startedMs < untilMs - settleMs,
  );
  const kept = offered.filter((call) => !call.attempts.some((one) => one.arrivedMs < untilMs));
  return { forMs: untilMs - fromMs, requests, offered, kept };
}

/** `while the first answer was held for 405 ms, 3 requests came and 21 of 23 calls offered meanwhile sent none`. */
export function heldText({ forMs, requests, offered, kept }: Held): string {
  return `while the first answer was held for ${millis(forMs)}, ${many(requests.length, "request")} came and ${kept.length} of ${many(offered.length, "call")} offered meanwhile sent none`;
}
