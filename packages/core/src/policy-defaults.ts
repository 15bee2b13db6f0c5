/**
 * What the runtime takes where a declared part of a policy leaves something out. A part that is not declared at all stays absent:
 * no deadline, no retries, no breaker comes from here. Schemas and `docs/contract.md` quote these numbers; `settingsOf` applies them.
 */
export const policyDefaults = {
  /** A call ends when its time is up, whether or not its work notices: the other mode can wait for ever. */
  timeouts: "enforced",
  /** Until it is declared harmless, a call that may have been executed is not sent again. */
  idempotent: false,
  /** Errors by their code and status, as Node, undici and the common clients write them. */
  classify: "default",
  retry: {
    /** The standard mode of the AWS SDKs, resilience4j and failsafe-go; Google's SRE book allows no more. */
    attempts: 3,
    backoff: {
      /** The AWS SDKs, and the example of gRPC (proposal A6). */
      baseMs: 100,
      /** The AWS SDKs, gRPC and undici. */
      factor: 2,
      /** The cap is ten times the base, as in Envoy; with the base above that is the 1 s of gRPC's example. */
      capPerBase: 10,
      /** Kindest to a provider that comes back: the AWS SDKs and Envoy. */
      jitter: "full",
      /** The AWS SDKs wait five times as long after throttling; never less than the base. */
      throttledBaseMs: 500,
    },
    /** The longest that undici waits; the deadline bounds it as well. A longer wait is not shortened, the call gives up. */
    retryAfter: { capMs: 30_000 },
    /** Any time left may be enough: only who knows the provider's latency can say more. */
    minAttemptMs: 0,
  },
  budget: {
    /** Finagle and Envoy: retries add a fifth to the load at most. */
    ratio: 0.2,
    /** Finagle's 10 is large for one Node process: this many are free of the ratio, so that quiet services can retry. */
    minPerSecond: 1,
    /** The time that Finagle's budget looks back. */
    windowMs: 10_000,
  },
  breaker: {
    /** A breaker is declared to act. */
    mode: "on",
    /** opossum, and the sweep of Envoy's outlier detection: an outage is seen within seconds. */
    windowMs: 10_000,
    /** But twice the attempt timeout at least, as Microsoft.Extensions.Http.Resilience demands: else calls outlive their window. */
    windowPerAttempt: 2,
    /** Polly's and resilience4j's 100 are out of reach of one process; of 20 calls, a rate of 50 % is known to 22 points. */
    minCalls: 20,
    /** resilience4j and opossum. */
    failureRate: 0.5,
    /** Below resilience4j's 100 %, which a single quick failure among slow calls keeps shut. */
    slowRate: 0.8,
    open: {
      /** Polly, and the first of Finagle's accrual. */
      baseMs: 5_000,
      /** Finagle doubles it each time. */
      factor: 2,
      /** The constant wait of resilience4j. */
      capMs: 60_000,
      /** A fifth either way, so that the instances of a service do not probe in step. */
      jitter: 0.2,
    },
    /** One call proves little; Polly lets 1 through, resilience4j 10. */
    probes: 3,
    /** Two of three: healthier than what opens it, yet one lost probe is chance. */
    probeSuccess: 0.6,
    /** A probe that hangs gives its place back after so long where no timeout bounds it: the attempt timeout of `defaults`. */
    probeWaitMs: 10_000,
    /** Where one does, after twice as long: a timed-out probe is a failure and must be counted before its place is gone. */
    probeWaitPerTimeout: 2,
  },
  limit: {
    /** Polly and resilience4j: a call that finds no place is refused at once. */
    queue: 0,
  },
  rate: {
    /** Calls are counted per second unless the contract says otherwise. */
    perMs: 1_000,
    /** A call beyond the rate is refused at once, as beyond the limit. */
    maxWaitMs: 0,
  },
} as const;
