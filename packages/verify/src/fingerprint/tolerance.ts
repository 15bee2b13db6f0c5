import type { TraitField } from "./model.ts";

/** Timeouts, waits and caps: the fields that hold milliseconds. */
export const timeFields: ReadonlySet<TraitField> = new Set([
  "connectTimeout",
  "attemptTimeout",
  "deadline",
  "retry.backoff.base",
  "retry.backoff.cap",
  "retry.retryAfter.cap",
  "breaker.open.base",
]);

const allowances: Partial<Record<TraitField, { readonly least: number; readonly share: number }>> = {
  connectTimeout: { least: 100, share: 0.1 },
  attemptTimeout: { least: 50, share: 0.05 },
  deadline: { least: 100, share: 0.05 },
  "retry.backoff.base": { least: 10, share: 0.05 },
  "retry.backoff.cap": { least: 10, share: 0.05 },
  "retry.backoff.factor": { least: 0.1, share: 0.05 },
  "retry.retryAfter.cap": { least: 250, share: 0.05 },
  "budget.ratio": { least: 0.1, share: 0 },
  "breaker.failures": { least: 5, share: 0.2 },
  "breaker.open.base": { least: 50, share: 0.05 },
};

/**
 * By how much a number may lie outside an interval before it differs: what it takes to send, to notice and to wake up is part of
 * every measured time, and no part of the setting. `noiseMs` is how late the machine is now and then.
 */
export function toleranceOf(field: TraitField, value: number, noiseMs: number): number {
  const { least, share } = allowances[field] ?? { least: 0, share: 0 };
  return Math.max(least, share * value, timeFields.has(field) ? noiseMs : 0);
}
