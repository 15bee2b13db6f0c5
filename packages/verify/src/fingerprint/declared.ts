import type { HttpIntegration, Operation } from "@holdfast/contract";
import type { TraitField, TraitValue } from "./model.ts";

/** What the contract says about a part of the policy; `null` where it says nothing. */
export function declaredAt(
  field: TraitField,
  { policy }: Pick<HttpIntegration, "policy">,
  operation: Pick<Operation, "idempotencyKey">,
): TraitValue | null {
  const { retry } = policy;
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
    "idempotency.key": operation.idempotencyKey,
  };
  return places[field] ?? null;
}
