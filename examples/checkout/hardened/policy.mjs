import { policy } from "@holdfast/resilience";

/**
 * What the contract commits to, as what runs: the same document as `integrations.payments.policy` in holdfast.yaml. That a charge may be
 * sent again after a lost answer is told by its idempotency key, request by request.
 */
export const paymentsPolicy = policy({
  name: "payments",
  deadline: "4s",
  attemptTimeout: "800ms",
  retry: {
    attempts: 3,
    on: ["connect-failure", "reset", "timeout", 408, 429, "5xx"],
    backoff: { base: "200ms", cap: "1s", jitter: "full" },
  },
  budget: { ratio: "20%", minPerSecond: 1 },
  breaker: { window: "10s", minCalls: 20, failureRate: "50%", open: { base: "2s", cap: "30s" }, probes: 3 },
});
