import type { CallOptions } from "../context.ts";
import { callError } from "../errors.ts";
import { AttemptContext } from "./attempt-context.ts";
import type { Attempt, Call } from "./call.ts";
import { endWithError, errorOf } from "./ending.ts";
import type { Pipe } from "./pipe.ts";
import type { PolicyState } from "./policy-state.ts";
import { tellEnded } from "./telling.ts";

/** Takes over what the call brings along and what surrounds it; false where it ended by that. */
export function prepare(pipe: Pipe, call: Call, options: CallOptions | null): boolean {
  const { runtime } = pipe;
  if (runtime.disposed) {
    endWithError(pipe, call, errorOf(pipe, call, "DISPOSED", "its runtime was disposed"));
    return false;
  }
  const ambient = runtime.ambient.current?.();
  if (ambient !== undefined) {
    call.idempotencyKey = ambient.keyFor?.(pipe.name) ?? ambient.idempotencyKey;
    shorten(call, ambient.remainingMs());
  }
  if (options !== null) takeOptions(call, options);
  if (call.signal?.aborted === true) {
    endWithError(
      pipe,
      call,
      errorOf(pipe, call, "ABORTED", "the caller had given up before", { cause: call.signal.reason }),
    );
    return false;
  }
  if (call.allowedMs > 0) return true;
  const message = "the deadline around it had passed before";
  endWithError(pipe, call, errorOf(pipe, call, "TIMEOUT_TOTAL", message));
  return false;
}

function takeOptions(call: Call, options: CallOptions): void {
  const { signal, deadlineMs, idempotent, idempotencyKey, parent } = options;
  if (signal !== undefined) call.signal = signal;
  if (idempotent !== undefined) call.idempotent = idempotent;
  if (idempotencyKey !== undefined) call.idempotencyKey = idempotencyKey;
  if (deadlineMs !== undefined) shorten(call, deadlineMs);
  if (parent === undefined) return;
  shorten(call, parent.remainingMs());
  call.signal ??= parent.signal;
  if (parent instanceof AttemptContext)
    call.outer = (parent as AttemptContext<Attempt>).live?.call ?? call.outer;
}

function shorten(call: Call, allowedMs: number): void {
  // Not a number: whoever computed it had nothing to compute it from.
  if (allowedMs < call.allowedMs) call.allowedMs = allowedMs;
}

/** A call of which nobody can say whose state it shares, because its key function threw; so it is counted nowhere. */
export function withoutKey(pipe: Pipe, cause: unknown, asOutcome: boolean): Promise<unknown> {
  const facts = { policy: pipe.name, attempts: 0, elapsedMs: 0, cause, details: { because: "key" } };
  const error = callError("FAILED", `${pipe.name}: its key function threw`, facts, pipe.runtime.stacks);
  return asOutcome ? Promise.resolve({ ok: false, error }) : Promise.reject(error);
}

/** A call at a circuit that is known to be open: refused with the one error that all such calls get. */
export function refusedAtOnce(pipe: Pipe, state: PolicyState, asOutcome: boolean): Promise<unknown> | null {
  const { refusal, counters } = state;
  if (refusal === null) return null;
  if (pipe.runtime.turn.now() >= refusal.untilMs || pipe.fallback !== null || pipe.runtime.disposed) {
    state.refusal = null;
    return null;
  }
  counters.called();
  counters.ended("OPEN");
  if (pipe.runtime.events.hearsFailures) tellEnded(pipe, { state, origin: null }, refusal.error, false);
  // It counts all the same: the keys of the calls after it must not depend on whether a circuit was open.
  pipe.runtime.ambient.current?.()?.keyFor?.(pipe.name);
  return asOutcome ? Promise.resolve(refusal.outcome) : Promise.reject(refusal.error);
}

/** Remembers that the circuit is open, so that the calls until its next probe cost next to nothing. */
export function rememberRefusal(pipe: Pipe, state: PolicyState, retryAfterMs: number): void {
  const { runtime } = pipe;
  const untilMs = runtime.turn.now() + retryAfterMs;
  const message = `${pipe.name}: the circuit is open`;
  const facts = { policy: pipe.name, attempts: 0, elapsedMs: 0, retryAfterMs };
  const error = callError("OPEN", message, facts, runtime.stacks);
  // One error serves many calls at different times: how long it still takes is told when it is asked.
  Object.defineProperty(error, "retryAfterMs", {
    get: () => Math.max(0, untilMs - runtime.clock.monotonic()),
    enumerable: true,
  });
  state.refusal = { untilMs, error: Object.freeze(error), outcome: Object.freeze({ ok: false, error }) };
}
