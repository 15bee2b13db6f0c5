import type { ambiguousRetryWords, BreakerMode, JitterKind, retryOnWords, TimeoutMode } from "@holdfast/core";

/** `250ms`, `1.5s`, `5m`, or a number of milliseconds. */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}` | number;

/** `20%`, or a number from 0 to 1. */
export type Ratio = `${number}%` | number;

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** A word of `retry.on`, or a status. */
export type RetryWord = (typeof retryOnWords)[number] | `${4 | 5}${Digit}${Digit}` | number;

/** The policy document as it is written in TypeScript; the same fields as a contract's `policy:` block. */
export interface PolicyDocument {
  readonly name?: string;
  readonly deadline?: Duration;
  readonly attemptTimeout?: Duration;
  readonly connectTimeout?: Duration;
  readonly timeouts?: TimeoutMode;
  readonly idempotent?: boolean;
  readonly classify?: string;
  readonly retry?: {
    readonly attempts?: number;
    readonly on?: readonly RetryWord[];
    readonly backoff?: {
      readonly base?: Duration;
      readonly factor?: number;
      readonly cap?: Duration;
      readonly jitter?: JitterKind;
      readonly throttledBase?: Duration;
    };
    readonly retryAfter?: { readonly cap?: Duration };
    readonly minAttempt?: Duration;
  };
  readonly budget?: {
    readonly key?: string;
    readonly ratio?: Ratio;
    readonly minPerSecond?: number;
    readonly window?: Duration;
  };
  readonly breaker?: {
    readonly key?: string;
    readonly mode?: BreakerMode;
    readonly window?: Duration;
    readonly windowCalls?: number;
    readonly minCalls?: number;
    readonly failureRate?: Ratio;
    readonly consecutive?: number;
    readonly slow?: { readonly over: Duration; readonly rate?: Ratio };
    readonly open?: {
      readonly base?: Duration;
      readonly factor?: number;
      readonly cap?: Duration;
      readonly jitter?: Ratio;
    };
    readonly probes?: number;
    readonly probeSuccess?: Ratio;
    readonly probeWait?: Duration;
  };
  readonly limit?: {
    readonly key?: string;
    readonly concurrent: number;
    readonly queue?: number;
    readonly maxWait?: Duration;
  };
  readonly rate?: {
    readonly key?: string;
    readonly calls: number;
    readonly per?: Duration;
    readonly burst?: number;
    readonly maxWait?: Duration;
  };
  readonly fallback?: string;
}

/** Words that can stand for a failure of which nobody knows whether the provider executed. */
type AmbiguousText =
  | (typeof ambiguousRetryWords)[number]
  | "408"
  | Exclude<`5${Digit}${Digit}`, "501" | "503" | "505">;

/** Those of the words that are ambiguous, statuses written as numbers too. */
type AmbiguousOf<Word> = Word extends string | number
  ? `${Word}` extends AmbiguousText
    ? Word
    : never
  : never;

/** Known keys only, all the way down: a misspelt key is an error at its own place. */
type Exactly<Given, Known> = Given extends readonly unknown[]
  ? Given
  : Given extends object
    ? {
        readonly [Key in keyof Given]: Key extends keyof Known
          ? Exactly<Given[Key], NonNullable<Known[Key]>>
          : never;
      }
    : Given;

/** What is not idempotent may not be sent again after a failure that leaves open whether it was executed. */
type SafeRetries<D> = D extends {
  readonly idempotent: false;
  readonly retry: { readonly on: readonly (infer Word)[] };
}
  ? AmbiguousOf<Word> extends never
    ? unknown
    : { readonly retry: { readonly on: readonly Exclude<Word, AmbiguousOf<Word>>[] } }
  : unknown;

/** Two ways to size one window. */
type OneWindow<D> = D extends {
  readonly breaker: { readonly window: unknown; readonly windowCalls: unknown };
}
  ? { readonly breaker: { readonly windowCalls: never } }
  : unknown;

/** A document without the mistakes that its types can show. */
export type CheckedPolicy<D> = Exactly<D, PolicyDocument> & SafeRetries<D> & OneWindow<D>;

type NameAt<D, Key extends string> = D extends { readonly [K in Key]: infer Name extends string }
  ? Name
  : never;
type KeyNames<D> = {
  [Part in keyof D]-?: Part extends "budget" | "breaker" | "limit" | "rate" ? NameAt<D[Part], "key"> : never;
}[keyof D];

/** Classifiers that come with the package and need no binding. */
export type BuiltInClassifier = "default" | "http" | "grpc" | "sql";

/** The names that a policy leaves to be bound: each is a required key of the bindings. */
export type FallbackName<D> = NameAt<D, "fallback">;
export type ClassifierName<D> = Exclude<NameAt<D, "classify">, BuiltInClassifier>;
export type KeyName<D> = KeyNames<D>;
