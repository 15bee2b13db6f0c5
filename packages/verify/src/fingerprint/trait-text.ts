import { formatDuration } from "@holdfast/core";
import { millis } from "../limits.ts";
import type { Fingerprint, Seen, Standing, TraitField, TraitValue } from "./model.ts";
import { timeFields } from "./tolerance.ts";

/** What each part of a policy is called in tables. */
export const traitNames: Readonly<Record<TraitField, string>> = {
  connectTimeout: "connect timeout",
  attemptTimeout: "attempt timeout",
  deadline: "deadline",
  "retry.attempts": "attempts",
  "retry.on": "tried again after",
  "retry.backoff.growth": "growth of the waits",
  "retry.backoff.base": "first wait",
  "retry.backoff.factor": "factor",
  "retry.backoff.cap": "longest wait",
  "retry.backoff.jitter": "jitter",
  "retry.retryAfter": "Retry-After",
  "retry.retryAfter.cap": "longest Retry-After",
  "budget.ratio": "retries in an outage, for each call",
  "breaker.mode": "circuit breaker",
  "breaker.failures": "failed calls before it opens",
  "breaker.open.base": "open time",
  "breaker.probes": "probes at a time",
  "idempotency.key": "idempotency key",
};

/** Standings in words. */
export const standingWords: Readonly<Record<Standing, string>> = {
  agrees: "agrees",
  differs: "differs",
  "not-seen": "not seen",
  "not-declared": "not declared",
};

/** A value as tables tell it: `803 ms`, `2.1`, `503, 429, reset`. */
export function valueText(field: TraitField, value: TraitValue): string {
  if (typeof value === "number") return timeFields.has(field) ? millis(value) : String(value);
  if (typeof value === "string") return value;
  return value.length === 0 ? "nothing" : value.join(", ");
}

/** What was seen: the value, or the bound that is known. */
export function seenText(seen: Seen): string {
  if (seen.value !== null) return valueText(seen.field, seen.value);
  const { possible = [], atLeast, field } = seen;
  if (possible.length > 0) return possible.map((one) => valueText(field, one)).join(" or ");
  return atLeast === undefined ? "unknown" : `at least ${valueText(field, atLeast)}`;
}

/** `798 ms to 811 ms`, or nothing where there is no interval or it is the value. */
export function rangeText({ field, value, interval }: Seen): string {
  if (interval === undefined || typeof value !== "number") return "";
  const [low, high] = interval.map((end) => valueText(field, end));
  return low === high ? "" : `${low} to ${high}`;
}

/** A declared value as the contract writes it. */
export function declaredText(field: TraitField, value: TraitValue | null): string {
  if (value === null) return "nothing";
  if (typeof value === "number" && timeFields.has(field)) return formatDuration(value);
  return valueText(field, value);
}

/** `payments.charge`, and `payments.charge in place-order` where fingerprints of several scenarios stand side by side. */
export function fingerprintName(
  { scenario, integration, operation }: Pick<Fingerprint, "scenario" | "integration" | "operation">,
  all: readonly Pick<Fingerprint, "scenario">[],
): string {
  const several = new Set(all.map((one) => one.scenario)).size > 1;
  return several ? `${integration}.${operation} in ${scenario}` : `${integration}.${operation}`;
}

/** The policy in one line: `attempt 803 ms · 3 attempts · 100 ms, ×2.1, full jitter · Retry-After kept`. */
export function policyLine({ traits }: Fingerprint): string {
  const at = (field: TraitField): Seen | undefined => traits.find((one) => one.field === field);
  const told = (field: TraitField, words: (text: string) => string): string[] => {
    const trait = at(field);
    const known = trait !== undefined && (trait.value !== null || trait.atLeast !== undefined);
    return known ? [words(seenText(trait))] : [];
  };
  const attempts = at("retry.attempts");
  const waits = [
    ...told("retry.backoff.base", (text) => `waits from ${text}`),
    ...(at("retry.backoff.factor")?.value == null ? [] : told("retry.backoff.factor", (text) => `×${text}`)),
    ...(at("retry.backoff.jitter")?.value == null
      ? []
      : told("retry.backoff.jitter", (text) => `${text === "none" ? "no" : text} jitter`)),
  ];
  const breaker = [
    ...told("breaker.failures", (text) => `opens after ${text}`),
    ...told("breaker.open.base", (text) => `for ${text}`),
    ...told("breaker.probes", (text) => `probes ${text}`),
  ];
  return [
    ...told("connectTimeout", (text) => `connect ${text}`),
    ...told("attemptTimeout", (text) => `attempt ${text}`),
    ...(at("deadline")?.value == null ? [] : told("deadline", (text) => `deadline ${text}`)),
    ...told("retry.attempts", (text) => `${text} attempt${attempts?.value === 1 ? "" : "s"}`),
    ...(waits.length > 0 ? [waits.join(", ")] : []),
    ...told("retry.retryAfter", (text) => `Retry-After ${text}`),
    ...told("budget.ratio", (text) => (text === "none" ? "no retry budget" : `budget ${text}`)),
    ...(at("breaker.mode")?.value === "none" ? ["no breaker"] : []),
    ...(breaker.length > 0 ? [`breaker ${breaker.join(", ")}`] : []),
    ...told("idempotency.key", (text) => (text === "none" ? "no key" : `key ${text}`)),
  ].join(" · ");
}
