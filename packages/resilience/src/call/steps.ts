import type { PolicySettings } from "@holdfast/core";
import type { Classifier, Failure } from "../failure.ts";
import { placed } from "./admission.ts";
import { type Attempt, type Call, OwnDeadline } from "./call.ts";
import type { CallRuntime } from "./call-runtime.ts";
import { holdAttempt } from "./holding.ts";
import { abortCall, attemptTimeout, callTimeout, disposeCall, waitOver } from "./interrupting.ts";
import type { Fallback, Pipe } from "./pipe.ts";
import { type RetryWaits, retryWaitsOf } from "./retry-step.ts";
import { listen } from "./signal-hub.ts";
import { remainingMs } from "./waiting.ts";

/** What every call of a pipeline needs to know. */
export interface StepsParts {
  readonly name: string;
  readonly settings: PolicySettings;
  readonly runtime: CallRuntime;
  readonly classify: Classifier;
  readonly allows: (failure: Failure, idempotent: boolean) => boolean;
  readonly fallback: Fallback | null;
}

/** The steps of a call that the way of success does not take: what timers, signals, queues and contexts ask for. */
export abstract class Steps implements Pipe {
  readonly name: string;
  readonly settings: PolicySettings;
  readonly runtime: CallRuntime;
  readonly waits: RetryWaits;
  readonly classify: Classifier;
  readonly fallback: Fallback | null;
  readonly allows: (failure: Failure, idempotent: boolean) => boolean;
  protected readonly deadlineMs: number;

  constructor(parts: StepsParts) {
    this.name = parts.name;
    this.settings = parts.settings;
    this.runtime = parts.runtime;
    this.waits = retryWaitsOf(parts.settings);
    this.classify = parts.classify;
    this.fallback = parts.fallback;
    this.allows = parts.allows;
    this.deadlineMs = parts.settings.deadlineMs ?? Number.POSITIVE_INFINITY;
  }

  abstract begin(call: Call): void;
  abstract attempt(call: Call): void;
  abstract answered(attempt: Attempt, value: unknown): void;
  abstract threw(attempt: Attempt, error: unknown): void;

  keyOf(attempt: Attempt | null): string {
    if (attempt === null) return this.runtime.freshKey();
    attempt.call.idempotencyKey ??= this.runtime.freshKey();
    return attempt.call.idempotencyKey;
  }

  isTimed({ call }: Attempt): boolean {
    return call.allowedMs !== Number.POSITIVE_INFINITY || this.settings.attemptTimeoutMs !== null;
  }

  signalOf({ call }: Attempt): AbortSignal | null {
    return call.signal;
  }

  listen({ call }: Attempt): void {
    if (call.signal !== null) listen(call.signal, call);
  }

  remainingOf(attempt: Attempt | null): number {
    if (attempt !== null) return Math.max(0, remainingMs(this, attempt.call));
    return this.deadlineMs === Number.POSITIVE_INFINITY ? this.deadlineMs : 0;
  }

  hold(attempt: Attempt): (failure?: unknown) => void {
    return holdAttempt(this, attempt);
  }

  placed(call: Call): void {
    placed(this, call);
  }

  attemptTimedOut(attempt: Attempt): void {
    attemptTimeout(this, attempt);
  }

  callTimedOut(call: Call): void {
    callTimeout(this, call);
  }

  waited(call: Call): void {
    waitOver(this, call);
  }

  aborted(call: Call, reason: unknown): void {
    abortCall(this, call, reason);
  }

  disposed(call: Call): void {
    disposeCall(this, call);
  }

  stamped(call: Call, nowMs: number): void {
    const { runtime, settings } = this;
    call.startedMs = nowMs;
    if (call.allowedMs !== this.deadlineMs) {
      call.own ??= new OwnDeadline(call);
      runtime.waiting.add(call.own, call.allowedMs, nowMs);
    } else if (call.allowedMs !== Number.POSITIVE_INFINITY) {
      runtime.deadlineList(call.allowedMs).add(call, nowMs);
    }
    if (settings.attemptTimeoutMs !== null && call.phase === "running") {
      runtime.deadlineList(settings.attemptTimeoutMs).add(call.attempt, nowMs);
    }
  }
}
