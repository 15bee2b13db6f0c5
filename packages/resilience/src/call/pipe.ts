import type { PolicySettings } from "@holdfast/core";
import type { CallError } from "../errors.ts";
import type { Classifier, Failure } from "../failure.ts";
import type { Call, CallHost } from "./call.ts";
import type { CallRuntime } from "./call-runtime.ts";
import type { RetryWaits } from "./retry-step.ts";

/** Answers in place of a call that failed. */
export type Fallback = (error: CallError, ...args: readonly unknown[]) => unknown;

/** A compiled policy with what it was bound to: what the steps of a call read. */
export interface Pipe extends CallHost {
  readonly settings: PolicySettings;
  readonly runtime: CallRuntime;
  readonly waits: RetryWaits;
  readonly classify: Classifier;
  readonly fallback: Fallback | null;
  /** The call may go: makes its first attempt. */
  begin(call: Call): void;
  /** Makes the next attempt. */
  attempt(call: Call): void;
  /** Whether `retry.on` and the call's idempotency allow to send it again after this failure; see `retriable`. */
  allows(failure: Failure, idempotent: boolean): boolean;
}
