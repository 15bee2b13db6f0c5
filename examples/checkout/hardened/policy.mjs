import { policy } from "@holdfast/resilience";

/** What the contract commits to, as what runs: the same document as `integrations.payments.policy` in holdfast.yaml. */
export const paymentsPolicy = policy({
  deadline: "4s",
  attemptTimeout: "800ms",
  // All attempts of a charge carry one key, by which the provider knows it again.
  idempotent: true,
  retry: {
    attempts: 3,
    on: ["connect-failure", "reset", "timeout", 408, 429, "5xx"],
    backoff: { base: "100ms", cap: "1s", jitter: "full" },
  },
  budget: { ratio: "20%", minPerSecond: 1 },
  breaker: { window: "10s", minCalls: 20, failureRate: "50%", open: { base: "2s", cap: "30s" }, probes: 3 },
});
