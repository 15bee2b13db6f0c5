import type { Contract } from "@holdfast/contract";
import { hasStableKey, isIdempotent, methodOf } from "../attempts.ts";
import { baselineGap } from "../define-check.ts";
import { type Assembled, evidenceFor } from "../evidence.ts";
import { isOneCall } from "../experiments.ts";
import type { Evidence, Target } from "../model.ts";
import { targets } from "../plan.ts";
import { median } from "../stats.ts";
import { ambiguousFailures } from "../status-matrix.ts";
import { attemptsSeen, failuresSeen } from "./attempts-seen.ts";
import { backoffSeen } from "./backoff.ts";
import { breakerSeen } from "./breaker-seen.ts";
import { budgetSeen } from "./budget-seen.ts";
import { declaredAt } from "./declared.ts";
import { keySeen } from "./key-seen.ts";
import { type Fingerprint, type Seen, type Trait, traitFields } from "./model.ts";
import { retryAfterSeen } from "./retry-after-seen.ts";
import { standingOf } from "./standing.ts";
import { timeoutsSeen } from "./timeouts.ts";

/** Reads a part of the policy from evidence: one line here, its fields in `traitFields` and `declaredAt`. */
interface Reader {
  readonly seen: (evidence: Evidence, target: Target) => readonly Seen[];
  /** Whether it counts attempts, which cannot be told from several requests of one healthy call. */
  readonly countsAttempts: boolean;
  /** Whether it reads loads, and not samples of one call each. */
  readonly ofLoads?: boolean;
}

const readers: readonly Reader[] = [
  { seen: timeoutsSeen, countsAttempts: true },
  { seen: attemptsSeen, countsAttempts: true },
  { seen: backoffSeen, countsAttempts: true },
  { seen: retryAfterSeen, countsAttempts: true },
  { seen: budgetSeen, countsAttempts: true, ofLoads: true },
  { seen: breakerSeen, countsAttempts: false, ofLoads: true },
  { seen: keySeen, countsAttempts: false },
];

/** The policies that a run shows, one for each target with a green baseline that showed anything. */
export function fingerprintsOf(contract: Contract, assembled: Assembled): readonly Fingerprint[] {
  return targets(contract).flatMap((target) => {
    const found = fingerprintOf(evidenceFor(assembled, target), target);
    return found === null ? [] : [found];
  });
}

/** The policy that the evidence for a target shows beside the declared one; `null` when nothing can be said about it. */
export function fingerprintOf(all: Evidence, target: Target): Fingerprint | null {
  const evidence = { ...all, experiments: ofOneCall(all.experiments) };
  if (baselineGap(evidence, target) !== null) return null;
  const counted = isCountable(evidence);
  const failures = counted ? failuresSeen(evidence) : [];
  const seen = readers
    .filter((reader) => counted || !reader.countsAttempts)
    .flatMap((reader) => reader.seen(reader.ofLoads === true ? all : evidence, target));
  // The key alone is no policy: it is seen in any run, whatever was tried.
  if (seen.every((one) => one.field === "idempotency.key")) return null;
  const context = { noiseMs: evidence.noise.p99Ms, failures, excused: excusedOf(evidence, target) };
  const traits = seen.map((one): Trait => {
    const declared = declaredAt(one.field, target.integration, target.operation);
    return { ...rounded(one), declared, standing: standingOf(one, declared, context) };
  });
  return {
    scenario: target.scenario.name,
    integration: target.integration.name,
    operation: target.operation.name,
    traits: traits.toSorted((a, b) => traitFields.indexOf(a.field) - traitFields.indexOf(b.field)),
    failures,
  };
}

/** A sample that is more than one call would be taken for one that was made again. */
function ofOneCall(experiments: Evidence["experiments"]): Evidence["experiments"] {
  return Object.fromEntries(Object.entries(experiments).filter(([, found]) => isOneCall(found.experiment)));
}

/** Whether a healthy call makes one request of the operation, so that what comes besides are attempts. */
function isCountable({ healthy }: Evidence): boolean {
  const counts = healthy.map((call) => call.attempts.length).filter((count) => count > 0);
  return counts.length === 0 || median(counts) <= 1;
}

/** A request with an effect and without a stable key is rightly not sent again after a failure that leaves its effect open. */
function excusedOf(evidence: Evidence, target: Target): ReadonlySet<string> {
  const { policy } = target.integration;
  const method = methodOf(target, evidence.healthy) ?? "GET";
  const keyed = evidence.healthy.every((call) => hasStableKey(call.attempts, target.operation));
  const unsafe = keyed || isIdempotent(method, target) ? [] : ambiguousFailures;
  const { deadlineMs, attemptTimeoutMs } = policy;
  const hasTime =
    attemptTimeoutMs !== undefined && (deadlineMs ?? Number.POSITIVE_INFINITY) >= 2 * attemptTimeoutMs;
  return new Set([...unsafe, ...(hasTime ? [] : ["hang"])]);
}

/** Numbers as they are stored: to the tenth of a millisecond and the hundredth of a factor, which is more than is known. */
function rounded(seen: Seen): Seen {
  const digits = seen.field === "retry.backoff.factor" || seen.field === "budget.ratio" ? 100 : 10;
  const round = (value: number): number => Math.round(value * digits) / digits;
  return {
    ...seen,
    ...(typeof seen.value === "number" ? { value: round(seen.value) } : {}),
    ...(seen.interval === undefined ? {} : { interval: [round(seen.interval[0]), round(seen.interval[1])] }),
    ...(seen.atLeast === undefined ? {} : { atLeast: round(seen.atLeast) }),
    ...(seen.possible === undefined
      ? {}
      : { possible: seen.possible.map((one) => (typeof one === "number" ? round(one) : one)) }),
  };
}
