import type { PolicySettings } from "@holdfast/core";
import { retryWaitsOf } from "../call/retry-step.ts";
import { fitOf, hangingTimes, longestMs } from "./attempts-in-time.ts";
import type { TimeFacts } from "./explanation.ts";
import { retriesTimeouts } from "./retried.ts";
import { waitFacts } from "./wait-facts.ts";

/** By how much chance lengthens a wait that the provider asked for, at most. */
const askedSpread = 1.1;

/** How long a call under these settings may take. */
export function timeFacts(settings: PolicySettings): TimeFacts {
  const { deadlineMs, attemptTimeoutMs, connectTimeoutMs, timeouts } = settings;
  return {
    deadlineMs,
    attemptTimeoutMs,
    connectTimeoutMs,
    timeouts,
    hanging: hanging(settings),
    longestMs: deadlineMs ?? finite(admissionMs(settings) + attemptsMs(settings)),
  };
}

/** The longest that a call waits before its first attempt; `Infinity` where nothing ends it. */
export function admissionMs({ limit, rate, deadlineMs }: PolicySettings): number {
  const queuedMs = limit === null || limit.queue === 0 ? 0 : (limit.maxWaitMs ?? Number.POSITIVE_INFINITY);
  return Math.min(queuedMs + (rate?.maxWaitMs ?? 0), deadlineMs ?? Number.POSITIVE_INFINITY);
}

/** A call may say of itself that it does no harm twice, so that only what is never tried again counts as one attempt. */
function hanging(settings: PolicySettings): TimeFacts["hanging"] {
  const all = hangingTimes(settings);
  const times = retriesTimeouts(settings, true) ? all : { ...all, attempts: 1 };
  return { longestMs: finite(longestMs(times)), attempts: fitOf(times, "minMs").begun };
}

/** All attempts with the longest waits that there are, those included that the provider asks for. */
function attemptsMs(settings: PolicySettings): number {
  const { attempts, backoff, throttled, retryAfterCapMs } = retryWaitsOf(settings);
  const [own, after] = [waitFacts(backoff, attempts - 1), waitFacts(throttled, attempts - 1)];
  const waitsMs = own.reduce(
    (sum, { maxMs }, retry) => sum + Math.max(maxMs, after[retry]?.maxMs ?? 0, askedSpread * retryAfterCapMs),
    0,
  );
  return attempts * (settings.attemptTimeoutMs ?? Number.POSITIVE_INFINITY) + waitsMs;
}

/** What has no bound is no number. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
