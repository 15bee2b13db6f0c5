import type { BreakerMode, Path, PolicySettings, TimeoutMode } from "@holdfast/core";
import type { OpeningTimes, OpenTime } from "./breaker-times.ts";
import type { RetriedFacts } from "./retried.ts";
import type { WaitFacts } from "./wait-facts.ts";

/** What a policy comes to, in plain data: durations in ms, shares from 0 to 1, `null` where there is no such bound. */
export interface Explanation {
  readonly name: string | null;
  readonly time: TimeFacts;
  readonly attempts: AttemptFacts;
  /** `null`: nothing is ever tried again. */
  readonly retried: RetriedFacts | null;
  readonly budget: PolicySettings["budget"];
  /** What it comes to while the provider fails for everybody, at some rates of calls. */
  readonly outage: readonly OutageFacts[];
  /** What it comes to while each attempt fails by chance, whatever became of those before. */
  readonly chance: readonly ChanceFacts[];
  readonly breaker: BreakerFacts | null;
  readonly limit: PolicySettings["limit"];
  readonly rate: PolicySettings["rate"];
  readonly fallback: string | null;
  /** Parts that the policy does not declare. */
  readonly absent: readonly ("retry" | "budget" | "breaker" | "limit" | "rate")[];
  /** What the policy leaves out in the parts that it declares, with what stands in its place. */
  readonly defaulted: readonly { readonly path: Path; readonly value: string }[];
}

/** How long a call may take. */
export interface TimeFacts {
  readonly deadlineMs: number | null;
  readonly attemptTimeoutMs: number | null;
  readonly connectTimeoutMs: number | null;
  readonly timeouts: TimeoutMode;
  /** A call whose attempts are never answered, once it has a place: how long it takes and how many it makes, at most. */
  readonly hanging: { readonly longestMs: number | null; readonly attempts: number };
  /** The longest that it takes whatever happens, waiting for a place included. */
  readonly longestMs: number | null;
}

/** How often a call is tried. */
export interface AttemptFacts {
  readonly most: number;
  /** How many of them have their whole timeout before the deadline, when none is answered. */
  readonly hanging: { readonly atWorst: number; readonly onAverage: number };
  /** How many are begun before the deadline when each fails at once and chance makes every wait as long as it can be. */
  readonly quick: number;
  readonly minAttemptMs: number;
  /** The waits before each retry, the first of them before attempt 2. */
  readonly waits: readonly WaitFacts[];
  /** The same after a failure that asks for less; `null` where they do not differ. */
  readonly throttledWaits: readonly WaitFacts[] | null;
  /** The longest wait that is kept when the provider asks for one; `null` without `retry`. */
  readonly retryAfterCapMs: number | null;
}

/** A total outage at one rate of calls. */
export interface OutageFacts {
  readonly ratePerSecond: number;
  /** Calls that the policy's own rate lets start. */
  readonly startedPerSecond: number;
  /** Attempts per call as long as the circuit is closed, at most. */
  readonly loadFactor: number;
  readonly attemptsPerSecond: number;
  /** Calls under way or waiting at once when no attempt is ever answered; `null` where nothing bounds them. */
  readonly heldCalls: number | null;
  /** How long until the circuit opens, at the latest; `null` without a breaker. */
  readonly opens: OpeningTimes | null;
  /** How long after the provider is back the circuit is closed again, at the latest; `null` without a breaker. */
  readonly closesWithinMs: number | null;
}

/** Failures by chance. */
export interface ChanceFacts {
  /** The share of attempts that fail. */
  readonly failing: number;
  /** The share of calls that succeed nevertheless, when failures are quick. */
  readonly quick: number;
  /** The same when each failure takes a whole attempt timeout. */
  readonly hanging: number;
  /** Whether calls fail that another attempt could have saved, because the budget is spent. */
  readonly budgetSpent: boolean;
  /** Whether so large a share opens the circuit. */
  readonly breakerOpens: boolean;
}

/** When a circuit opens and closes. */
export interface BreakerFacts {
  readonly key: string | null;
  readonly mode: BreakerMode;
  readonly opensAt: {
    readonly failureRate: number;
    readonly minCalls: number;
    readonly windowMs: number | null;
    readonly windowCalls: number | null;
    readonly consecutive: number | null;
    readonly slow: { readonly overMs: number; readonly rate: number } | null;
  };
  /** How long a call takes at an open circuit: what it waits for its place, for it makes no attempt. */
  readonly refusedWithinMs: number | null;
  readonly firstOpening: OpenTime;
  readonly longestOpening: OpenTime;
  /** The first opening in a row that is as long as they get. */
  readonly openingsToLongest: number;
  readonly probes: number;
  /** How many of the probes must succeed for it to close. */
  readonly probesNeeded: number;
  readonly probeWaitMs: number;
}
