import type { Call, Phase } from "./call.ts";
import type { Pipe } from "./pipe.ts";

/** Lets a call wait; without an end where only something else than time can end the wait. */
export function wait(pipe: Pipe, call: Call, phase: Phase, waitMs: number): void {
  call.phase = phase;
  call.origin ??= pipe.runtime.capture();
  if (waitMs !== Number.POSITIVE_INFINITY) {
    pipe.runtime.waiting.add(call, waitMs, pipe.runtime.turn.exact());
  }
  // Last, because it may end the call.
  pendCall(pipe, call);
}

/** From now on the call is pending: it is stamped at the end of its first turn. */
export function pendCall({ runtime }: Pipe, call: Call): void {
  if (call.bag !== null) return;
  runtime.fresh.put(call);
  runtime.turn.schedule();
}

/**
 * Ends a call whose runtime is disposed or whose caller has given up; true where it did. Before a call is stamped nobody tells it, and
 * what makes room for it may be an end that it is about to share.
 */
export function isGone(pipe: Pipe, call: Call): boolean {
  if (pipe.runtime.disposed) pipe.disposed(call);
  else if (call.signal?.aborted === true) pipe.aborted(call, call.signal.reason);
  else return false;
  return true;
}

/** What is left until the call's deadline; `Infinity` without one. */
export function remainingMs({ runtime }: Pipe, call: Call): number {
  const { endsAtMs } = call;
  return endsAtMs < 0 ? -endsAtMs : endsAtMs - runtime.turn.exact();
}
