/** What of a policy can be inferred from behaviour: its place in the policy document, in the order in which reports tell it. */
export const traitFields = [
  "connectTimeout",
  "attemptTimeout",
  "deadline",
  "retry.attempts",
  "retry.on",
  "retry.backoff.growth",
  "retry.backoff.base",
  "retry.backoff.factor",
  "retry.backoff.cap",
  "retry.backoff.jitter",
  "retry.retryAfter",
  "retry.retryAfter.cap",
  "budget.ratio",
  "breaker.mode",
  "breaker.failures",
  "breaker.open.base",
  "breaker.probes",
  "idempotency.key",
] as const;
export type TraitField = (typeof traitFields)[number];

/** Times are in ms. */
export type TraitValue = number | string | readonly string[];

/** One part of a policy as the run showed it. */
export interface Seen {
  readonly field: TraitField;
  /** `null`: the run did not show it; `note` says why. */
  readonly value: TraitValue | null;
  /** Where the number lies with 95 %, by what was measured; a whole number of attempts: the least and the most seen. */
  readonly interval?: readonly [number, number];
  /** No less than this, where only a bound is known. */
  readonly atLeast?: number;
  /** What the sample does not exclude, where it does not tell one value. */
  readonly possible?: readonly (number | string)[];
  /** What was seen, in one clause. */
  readonly note: string;
  /** How many attempts, waits or calls it rests on. */
  readonly samples: number;
  /** Names of the experiments that showed it. */
  readonly experiments: readonly string[];
}

/** How what was inferred stands beside what is declared. */
export const standings = ["agrees", "differs", "not-seen", "not-declared"] as const;
export type Standing = (typeof standings)[number];

/** An inferred part of a policy beside the declared one. */
export interface Trait extends Seen {
  readonly declared: TraitValue | null;
  readonly standing: Standing;
}

/** What a call did after one failure of a kind. */
export interface FailureSeen {
  /** `503`, `reset`, `close`, `truncate`, `refuse`, `hang`. */
  readonly failure: string;
  readonly calls: number;
  /** How many of the calls were made again. */
  readonly retried: number;
  /** The most attempts that one of them made. */
  readonly attemptsMax: number;
}

/** The policy of one target, inferred from behaviour alone. */
export interface Fingerprint {
  readonly scenario: string;
  readonly integration: string;
  readonly operation: string;
  readonly traits: readonly Trait[];
  readonly failures: readonly FailureSeen[];
}
