import { CodedError, type PolicySettings } from "@holdfast/core";
import { retryWaitsOf } from "./call/retry-step.ts";
import { fitOf, hangingTimes, quickTimes } from "./explain/attempts-in-time.ts";
import { absentFrom, defaultedIn } from "./explain/defaulted.ts";
import type { AttemptFacts, Explanation } from "./explain/explanation.ts";
import { breakerFacts, chanceFacts, outageFacts } from "./explain/outage.ts";
import { retriedFacts, retriesTimeouts } from "./explain/retried.ts";
import { timeFacts } from "./explain/time-facts.ts";
import { waitFacts } from "./explain/wait-facts.ts";
import { type PolicyLike, subjectOf } from "./policy-subject.ts";

/** The rates that are told where nobody says how many calls there are: a quiet service, a busy one, a very busy one. */
const usualRates = [1, 10, 100] as const;

/** Shares of attempts that fail: a good day, a bad one, and half an outage. */
const usualShares = [0.01, 0.1, 0.5] as const;

/** What an explanation can take into account. */
export interface ExplainContext {
  /** Calls per second; left out: a few usual rates. Where a part has a key, of one key. */
  readonly ratePerSecond?: number;
}

/**
 * What a policy comes to, computed from the formulas that the runtime follows: how long a call may take, how often it is tried, what
 * an outage does to the provider, when the circuit opens. Throws `POLICY_INVALID` for a policy that cannot be run.
 */
export function explain(given: PolicyLike, { ratePerSecond }: ExplainContext = {}): Explanation {
  const subject = subjectOf(given);
  const { settings } = subject;
  const rates = ratePerSecond === undefined ? usualRates : [positive(ratePerSecond)];
  const time = timeFacts(settings);
  const attempts = attemptFacts(settings);
  const made = {
    quick: attempts.quick,
    hanging: retriesTimeouts(settings, settings.idempotent) ? Math.max(1, attempts.hanging.atWorst) : 1,
  };
  return {
    name: settings.name,
    time,
    attempts,
    retried: retriedFacts(settings),
    budget: settings.budget,
    outage: rates.map((rate) => outageFacts(settings, rate, time)),
    chance: usualShares.map((share) =>
      chanceFacts(settings, share, made, ratePerSecond ?? Number.POSITIVE_INFINITY),
    ),
    breaker: breakerFacts(settings),
    limit: settings.limit,
    rate: settings.rate,
    fallback: settings.fallback,
    absent: absentFrom(subject),
    defaulted: defaultedIn(subject),
  };
}

function attemptFacts(settings: PolicySettings): AttemptFacts {
  const { attempts, throttled, minAttemptMs } = retryWaitsOf(settings);
  const hanging = hangingTimes(settings);
  const throttledWaits = waitFacts(throttled, attempts - 1);
  return {
    most: attempts,
    hanging: { atWorst: fitOf(hanging, "maxMs").whole, onAverage: fitOf(hanging, "meanMs").whole },
    quick: fitOf(quickTimes(settings), "maxMs").begun,
    minAttemptMs,
    waits: hanging.waits,
    throttledWaits: JSON.stringify(throttledWaits) === JSON.stringify(hanging.waits) ? null : throttledWaits,
    retryAfterCapMs: settings.retry?.retryAfter.capMs ?? null,
  };
}

function positive(ratePerSecond: number): number {
  if (ratePerSecond > 0 && Number.isFinite(ratePerSecond)) return ratePerSecond;
  throw new CodedError("CONTEXT_INVALID", `${ratePerSecond} calls per second is no rate`, {
    remedy: "Give a number above 0, or leave the rate out.",
  });
}
