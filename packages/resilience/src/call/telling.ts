import type { CallError } from "../errors.ts";
import type { Failure } from "../failure.ts";
import type { Attempt, Call } from "./call.ts";
import type { Pipe } from "./pipe.ts";
import type { PolicyState } from "./policy-state.ts";

/** Events, made only where somebody hears them: every caller here looks at `events.active` first. */

export function tellStarted(pipe: Pipe, call: Call, context: object): void {
  const { attempts, state } = call;
  pipe.runtime.events.emit({
    type: "attempt.started",
    policy: pipe.name,
    key: state.key,
    attempt: attempts,
    resend: attempts - 1,
    context,
  });
}

export function tellAttemptEnded(
  pipe: Pipe,
  call: Call,
  attempt: Attempt,
  failure: Failure | null,
  error: unknown,
): void {
  const { context } = attempt;
  if (context === null) return;
  pipe.runtime.events.emit({
    type: "attempt.ended",
    policy: pipe.name,
    key: call.state.key,
    attempt: context.attempt,
    context,
    failure,
    ...(error === undefined ? {} : { error }),
  });
}

export function tellSucceeded(pipe: Pipe, call: Call, attempt: Attempt, elapsedMs: number): void {
  tellAttemptEnded(pipe, call, attempt, null, undefined);
  const { state, attempts } = call;
  const told = { policy: pipe.name, key: state.key, code: null, fallback: false, attempts, elapsedMs };
  pipe.runtime.events.emit({ type: "call.ended", ...told });
}

export function tellRetry(pipe: Pipe, call: Call, waitMs: number, failure: Failure): void {
  const { attempts, state } = call;
  const told = { policy: pipe.name, key: state.key, attempt: attempts, waitMs, failure };
  pipe.runtime.events.emit({ type: "retry.waiting", ...told });
}

export function tellEnded(pipe: Pipe, state: PolicyState, error: CallError, fallback: boolean): void {
  const { attempts, elapsedMs } = error;
  const code = fallback ? null : error.code;
  const told = { policy: pipe.name, key: state.key, code, error, fallback, attempts, elapsedMs };
  pipe.runtime.events.emit({ type: "call.ended", ...told });
}
