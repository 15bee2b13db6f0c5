/** A consumer of the zoo and what is true of it. */
export interface Subject {
  /** Also the name of its file: `mutants/<id>.mjs` or `clean/<id>.mjs`. */
  readonly id: string;
  /** What stands around it: an HTTP service, a module that Holdfast calls, or a command per call. */
  readonly shape: "service" | "module" | "exec";
  readonly operation: "charge" | "quote";
  /** What its contract declares in place of `declaredPolicy`. */
  readonly policy?: Readonly<Record<string, unknown>>;
  /** False when its contract speaks of no idempotency key. */
  readonly declaresKey?: boolean;
  /** What its service commits to its own callers: an operation with an idempotency key, or without; nothing when left out. */
  readonly serves?: "keyed" | "plain";
  /** What its service can be asked for besides: a price of the same provider, or of another; nothing else when left out. */
  readonly beside?: "operation" | "provider";
  /** Whether it reaches its provider over TLS. */
  readonly tls?: true;
  /** The profile without which its check makes no experiment; the usual one when left out. */
  readonly profile?: "full";
  /** The file of its runbook in `runbooks/`, `payments` when left out; `null` when its contract names none. */
  readonly runbook?: string | null;
  /** What its contract has for an objective, `99.9%` when left out; `null` when it has none. */
  readonly slo?: string | null;
  /** The files of its rules and its dashboard in `ops/`, `payments` when left out; `null`: its contract names no dashboard. */
  readonly rules?: string;
  readonly dashboard?: string | null;
}

/** A consumer with one planted defect. */
export interface Mutant extends Subject {
  /** The check that must find it. */
  readonly fails: string;
  /** What the finding is: a broken commitment or harm unless it says advice. */
  readonly as?: "fail" | "advice";
  /** Checks that may find it too, two at most. */
  readonly mayFail: readonly string[];
}

/** What every contract of the zoo commits to unless its subject says otherwise: `correct` in consumers/base.mjs keeps it. */
export const declaredPolicy = {
  deadline: "4s",
  attemptTimeout: "500ms",
  retry: {
    attempts: 4,
    on: ["connect-failure", "refused", "reset", "timeout", "gateway-error", "429"],
    backoff: { base: "100ms", cap: "800ms", jitter: "equal" },
  },
} as const;

/** The same with a circuit breaker: `correctBreaker` in consumers/breaker.mjs keeps it. */
export const breakingPolicy: Readonly<Record<string, unknown>> = {
  ...declaredPolicy,
  breaker: {
    window: "10s",
    minCalls: 20,
    failureRate: "50%",
    open: { base: "1s", cap: "8s" },
    probes: 2,
  },
};
