import type { CallError } from "../errors.ts";
import type { ResilienceEvent } from "../events.ts";
import type { Failure } from "../failure.ts";
import type { Attempt, Call } from "./call.ts";
import type { Origin } from "./origin.ts";
import type { Pipe } from "./pipe.ts";
import type { PolicyState } from "./policy-state.ts";

/** Events, made only where somebody hears them: every caller here looks first whether somebody does. */

/**
 * Tells it in the context of the call's caller, so that whoever hears it knows whose call it was: a timer is nobody's. `null` where
 * that is the context already, which costs a success nothing.
 */
function tell({ runtime: { events } }: Pipe, origin: Origin | null, event: ResilienceEvent): void {
  if (origin === null) events.emit(event);
  else origin.runInAsyncScope(events.emit, events, event);
}

export function tellStarted(pipe: Pipe, call: Call, context: object): void {
  const { attempts, state } = call;
  tell(pipe, null, {
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
  origin: Origin | null = call.origin,
): void {
  const { context } = attempt;
  if (context === null) return;
  tell(pipe, origin, {
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
  // The function itself has answered; only an answer that went on ends where its bytes do.
  const origin = attempt.held ? call.origin : null;
  tellAttemptEnded(pipe, call, attempt, null, undefined, origin);
  const { state, attempts } = call;
  const told = { policy: pipe.name, key: state.key, code: null, fallback: false, attempts, elapsedMs };
  tell(pipe, origin, { type: "call.ended", ...told });
}

export function tellRetry(pipe: Pipe, call: Call, waitMs: number, failure: Failure): void {
  const { attempts, state } = call;
  const told = { policy: pipe.name, key: state.key, attempt: attempts, waitMs, failure };
  tell(pipe, call.origin, { type: "retry.waiting", ...told });
}

/** `origin` is that of the call, which may have been given back by then. */
export function tellEnded(
  pipe: Pipe,
  { state, origin }: { readonly state: PolicyState; readonly origin: Origin | null },
  error: CallError,
  fallback: boolean,
): void {
  const { attempts, elapsedMs } = error;
  const code = fallback ? null : error.code;
  const told = { policy: pipe.name, key: state.key, code, error, fallback, attempts, elapsedMs };
  tell(pipe, origin, { type: "call.ended", ...told });
}
