import { CodedError } from "@holdfast/core";
import type { Failure } from "./failure.ts";

/** Every way in which a protected call can end badly; the set is closed. */
export const errorCodes = [
  "TIMEOUT_TOTAL",
  "TIMEOUT_ATTEMPT",
  "TIMEOUT_QUEUE",
  "ABORTED",
  "OPEN",
  "FULL",
  "RATE",
  "BUDGET",
  "EXHAUSTED",
  "FAILED",
  "FALLBACK_FAILED",
  "DISPOSED",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** What is known about a call at its end. */
export interface ErrorFacts {
  readonly policy: string;
  /** Attempts that were begun. */
  readonly attempts: number;
  /** From the call's begin to its end, queueing and waits included. */
  readonly elapsedMs: number;
  /** When it is worth to come back, if anybody said so. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
  /** What each attempt failed with, in order; the last one is `cause`. */
  readonly causes?: readonly unknown[];
  /** The last failure in the terms of the policy. */
  readonly failure?: Failure;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A protected call that ended badly: why, after how many attempts and how long, and what the function itself had failed with. */
export class ResilienceError<Code extends ErrorCode = ErrorCode> extends CodedError {
  declare readonly code: Code;
  readonly policy: string;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly retryAfterMs: number | undefined;
  readonly causes: readonly unknown[];
  readonly failure: Failure | undefined;

  constructor(code: Code, message: string, facts: ErrorFacts) {
    super(code, message, {
      remedy: remedies[code],
      ...(facts.cause === undefined ? {} : { cause: facts.cause }),
      ...(facts.details === undefined ? {} : { details: facts.details }),
    });
    this.name = "ResilienceError";
    this.policy = facts.policy;
    this.attempts = facts.attempts;
    this.elapsedMs = facts.elapsedMs;
    this.retryAfterMs = facts.retryAfterMs;
    this.causes = facts.causes ?? (facts.cause === undefined ? [] : [facts.cause]);
    this.failure = facts.failure;
  }
}

/** The closed union that a protected call rejects with; tell them apart by `code`. */
export type CallError = { [Code in ErrorCode]: ResilienceError<Code> }[ErrorCode];

const remedies: Readonly<Record<ErrorCode, string>> = {
  TIMEOUT_TOTAL: "Look at what the provider took so long for, or raise the deadline if callers can wait.",
  TIMEOUT_ATTEMPT:
    "Look at the provider's latency, or raise attemptTimeout above its slowest healthy answers.",
  TIMEOUT_QUEUE: "The calls before it did not make room in time: raise limit.concurrent, or call less.",
  ABORTED: "The caller gave up; its reason is the cause.",
  OPEN: "The provider fails too often: come back after retryAfterMs, and look at what it fails with.",
  FULL: "Too many calls are under way and waiting: shed load, or raise limit.concurrent or limit.queue.",
  RATE: "More calls than the policy's rate allows: come back after retryAfterMs.",
  BUDGET: "Retries are spent, which happens when the provider fails for many: look at the cause.",
  EXHAUSTED: "Every attempt failed; the last failure is the cause, all of them are in causes.",
  FAILED: "The failure is one that another attempt does not mend, or not in time; it is the cause.",
  FALLBACK_FAILED:
    "The call failed and so did its fallback: the cause is the fallback's, call is the call's.",
  DISPOSED: "The runtime was disposed; make calls before that, or use another runtime.",
};

/** Makes an error without a stack: it would show this library, and making it is what costs. `stacks` brings it back for debugging. */
export function callError<Code extends ErrorCode>(
  code: Code,
  message: string,
  facts: ErrorFacts,
  stacks = false,
): ResilienceError<Code> {
  if (stacks) return new ResilienceError(code, message, facts);
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return new ResilienceError(code, message, facts);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Whether a value is an error of a protected call, across packages and realms. */
export function isCallError(value: unknown): value is CallError {
  try {
    return (
      value instanceof Error &&
      value.name === "ResilienceError" &&
      errorCodes.some((code) => code === (value as Partial<CallError>).code)
    );
  } catch {
    // A function may throw what cannot even be looked at, a revoked proxy for instance.
    return false;
  }
}
