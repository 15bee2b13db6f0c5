import type { LintRule } from "../lint-rule.ts";
import { ambiguousWithoutIdempotent } from "./ambiguous-without-idempotent.ts";
import { attemptsBeyondDeadline } from "./attempts-beyond-deadline.ts";
import { breakerBlindToHangs } from "./breaker-blind-to-hangs.ts";
import { breakerNeverOpens } from "./breaker-never-opens.ts";
import { breakerWithoutKey } from "./breaker-without-key.ts";
import { endlessQueue } from "./endless-queue.ts";
import { factorWithoutEffect } from "./factor-without-effect.ts";
import { generousBudget } from "./generous-budget.ts";
import { minCallsUnreachable } from "./min-calls-unreachable.ts";
import { nestedAmplification } from "./nested-amplification.ts";
import { noJitter } from "./no-jitter.ts";
import { retryAfterBeyondDeadline } from "./retry-after-beyond-deadline.ts";
import { retryWithoutAttemptTimeout } from "./retry-without-attempt-timeout.ts";
import { retryWithoutBudget } from "./retry-without-budget.ts";
import { retryWithoutDeadline } from "./retry-without-deadline.ts";
import { shortProbeWait } from "./short-probe-wait.ts";
import { shortWindow } from "./short-window.ts";
import { slowNeverSeen } from "./slow-never-seen.ts";
import { timeoutBelowLatency } from "./timeout-below-latency.ts";
import { unreachableAttempts } from "./unreachable-attempts.ts";

/** Every lint rule, in the order in which a policy reads: time, attempts, breaker, places. */
export const lintRules: readonly LintRule[] = [
  unreachableAttempts,
  attemptsBeyondDeadline,
  retryWithoutDeadline,
  retryWithoutAttemptTimeout,
  timeoutBelowLatency,
  retryWithoutBudget,
  generousBudget,
  nestedAmplification,
  noJitter,
  factorWithoutEffect,
  retryAfterBeyondDeadline,
  ambiguousWithoutIdempotent,
  breakerNeverOpens,
  minCallsUnreachable,
  slowNeverSeen,
  shortWindow,
  shortProbeWait,
  breakerBlindToHangs,
  breakerWithoutKey,
  endlessQueue,
];
