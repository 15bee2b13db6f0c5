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
