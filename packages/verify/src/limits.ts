import { defaults, horizonMs, type Policy } from "@holdfast/core";
import type { Evidence, Target } from "./model.ts";
import { quantile } from "./stats.ts";

/** A number that a check holds behaviour against, and whether the contract declares it or the default stands in. */
export interface Limit {
  readonly value: number;
  readonly declared: boolean;
}

/** How long connecting may take. */
export function connectLimit({ integration }: Target): Limit {
  return limit(integration.policy.connectTimeoutMs, defaults.connectTimeoutMs);
}

/** How long one attempt may stay unanswered. */
export function attemptLimit({ integration }: Target): Limit {
  return limit(integration.policy.attemptTimeoutMs, defaults.attemptTimeoutMs);
}

/** How long a call may take in all. */
export function deadlineLimit({ integration }: Target): Limit {
  return limit(integration.policy.deadlineMs, defaults.deadlineMs);
}

/** How many attempts a call may make. */
export function attemptsLimit({ integration }: Target): Limit {
  return limit(integration.policy.retry?.attempts, defaults.attemptsMax);
}

/** Whether the contract commits the consumer to trying again. */
export function retriesDeclared(policy: Policy): boolean {
  if (policy.retry === undefined) return false;
  return policy.retry.attempts === undefined || policy.retry.attempts > 1;
}

/** How long a thing with this limit is watched before "not seen to end" is said: 2.5 times, from 5 s to 20 s. */
export function horizonOf(limitMs: number): number {
  return horizonMs(limitMs);
}

/** `800 ms as declared` or `the default of 10 s`. */
export function limitText(one: Limit): string {
  const amount = millis(one.value);
  return one.declared ? `the declared ${amount}` : `the default of ${amount} (nothing is declared)`;
}

/** `480 ms`, `2.3 s`, `20 s`. */
export function millis(value: number): string {
  if (value < 10) return `${Number(value.toFixed(1))} ms`;
  if (value < 1_000) return `${Math.round(value)} ms`;
  return `${Number((value / 1_000).toFixed(value < 10_000 ? 2 : 1))} s`;
}

function limit(declared: number | undefined, fallback: number): Limit {
  return declared === undefined ? { value: fallback, declared: false } : { value: declared, declared: true };
}

/**
 * What a healthy call may take is the service's own time, not the integration's: it comes on top of a deadline. The ninth of ten,
 * because a command per call starts a process first, and that varies on a busy machine; two seconds at most.
 */
export function ownTimeMs({ healthy }: Pick<Evidence, "healthy">): number {
  const took = healthy.map((call) => (call.endedMs ?? call.watchedUntilMs) - call.startedMs);
  return took.length === 0 ? 0 : Math.min(2_000, quantile(took, 0.9));
}
