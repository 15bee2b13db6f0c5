import type { HttpIntegration, Operation } from "@holdfast/contract";
import { policyDefaults } from "@holdfast/core";
import type { TraitField, TraitValue } from "./model.ts";

/** What the contract says about a part of the policy; `null` where it says nothing. */
export function declaredAt(
  field: TraitField,
  { policy }: Pick<HttpIntegration, "policy">,
  operation: Pick<Operation, "idempotencyKey">,
): TraitValue | null {
  const { retry, budget, breaker } = policy;
  const places: Readonly<Record<TraitField, TraitValue | undefined | null>> = {
    connectTimeout: policy.connectTimeoutMs,
    attemptTimeout: policy.attemptTimeoutMs,
    deadline: policy.deadlineMs,
    "retry.attempts": retry?.attempts,
    "retry.on": retry?.on,
    "retry.backoff.growth": null,
    "retry.backoff.base": retry?.backoff?.baseMs,
    "retry.backoff.factor": retry?.backoff?.factor,
    "retry.backoff.cap": retry?.backoff?.capMs,
    "retry.backoff.jitter": retry?.backoff?.jitter,
    "retry.retryAfter": retry?.retryAfter === undefined ? null : "kept",
    "retry.retryAfter.cap": retry?.retryAfter?.capMs,
    "budget.ratio": budget === undefined ? null : (budget.ratio ?? policyDefaults.budget.ratio),
    "breaker.mode": breaker === undefined ? null : (breaker.mode ?? "on") === "on" ? "on" : "none",
    "breaker.failures": null,
    "breaker.open.base": breaker?.open?.baseMs,
    "breaker.probes": breaker?.probes,
    "idempotency.key": operation.idempotencyKey,
  };
  return places[field] ?? null;
}
